import { SegmentTree } from "./segment-tree.js";
/**
 * The event types known to a log. Each has a dense id: 0, 1, 2 and so on in the order they were
 * added. Types are never removed, and how many there may be is for the owner to decide: each costs
 * about 30 bytes and its name for every segment that it does not share with others.
 */
export class TypeTree {
    tree = new SegmentTree();
    /** By id. The label of a node is its type's id plus one. */
    nodes = [];
    cachedIds = [];
    cachedTypes = [];
    maxCachedTypes;
    constructor({ maxCachedTypes = 65_536 } = {}) {
        this.maxCachedTypes = maxCachedTypes;
    }
    /** Types there are; also the id of the next one. */
    get size() {
        return this.nodes.length;
    }
    /** The id of a type, if it is known. */
    idOf(type) {
        let node = 0;
        for (const segment of type) {
            node = this.tree.child(node, segment);
            if (node === 0)
                return undefined;
        }
        const label = this.tree.labelOf(node);
        return label === 0 ? undefined : label - 1;
    }
    /** The id of a type, which is added if it is not known; whether it is valid is not checked. */
    add(type) {
        let node = 0;
        for (const segment of type) {
            node = this.tree.child(node, segment) || this.tree.addChild(node, segment);
        }
        const label = this.tree.labelOf(node);
        if (label > 0)
            return label - 1;
        this.tree.setLabel(node, this.nodes.push(node));
        return this.nodes.length - 1;
    }
    /**
     * The type with an id, frozen. Ids in use are answered from the cache with the same array again;
     * two ids that are a multiple of `maxCachedTypes` apart displace each other there.
     *
     * @throws RangeError No type has this id.
     */
    typeOf(id) {
        const slot = id % this.maxCachedTypes;
        if (this.cachedIds[slot] === id)
            return this.cachedTypes[slot];
        const node = this.nodes[id];
        if (node === undefined)
            throw new RangeError(`No event type has the id ${id}`);
        const type = [];
        for (let at = node; at !== 0; at = this.tree.parentOf(at))
            type.push(this.tree.segmentOf(at));
        this.cachedIds[slot] = id;
        this.cachedTypes[slot] = Object.freeze(type.reverse());
        return type;
    }
    /**
     * The ids of all types which a subscription matches, each once, in no particular order. It looks
     * only at nodes whose path agrees with the beginning of some query type. A type which is added
     * while this goes on may be missing.
     */
    *matching(subscription) {
        if (subscription.trie === undefined)
            return;
        const pending = [{ node: 0, queries: [subscription.trie], siblings: false }];
        for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
            let { node, queries } = step;
            if (step.siblings) {
                const next = this.tree.nextSibling(node);
                if (next !== 0)
                    pending.push({ node: next, queries, siblings: true });
                queries = followAll(queries, this.tree.segmentOf(node));
                if (queries.length === 0)
                    continue;
            }
            if (queries.some(({ rest }) => rest)) {
                yield* this.idsBelow(node);
                continue;
            }
            const label = this.tree.labelOf(node);
            if (label > 0 && queries.some(({ exact }) => exact))
                yield label - 1;
            this.descend(node, queries, pending);
        }
    }
    *idsBelow(top) {
        for (const node of this.tree.below(top)) {
            const label = this.tree.labelOf(node);
            if (label > 0)
                yield label - 1;
        }
    }
    /** Puts off the children; one by one where `?` asks for all, or where fewer than literals. */
    descend(node, queries, pending) {
        const child = this.tree.firstChild(node);
        if (child === 0)
            return;
        const literals = queries.reduce((sum, query) => sum + query.literals.size, 0);
        if (literals > this.tree.childCount(node) || queries.some(({ any }) => any !== undefined)) {
            pending.push({ node: child, queries, siblings: true });
            return;
        }
        for (const segment of new Set(queries.flatMap((query) => [...query.literals.keys()]))) {
            const next = this.tree.child(node, segment);
            if (next === 0)
                continue;
            pending.push({ node: next, queries: followAll(queries, segment), siblings: false });
        }
    }
}
/** Where a segment leads from each of the nodes. */
function followAll(queries, segment) {
    const next = [];
    for (const { any, literals } of queries) {
        const literal = literals.get(segment);
        if (literal !== undefined)
            next.push(literal);
        if (any !== undefined)
            next.push(any);
    }
    return next;
}

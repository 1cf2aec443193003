/** The literals of most nodes, in a fifth of the memory that a map takes for one entry. */
class OneLiteral {
    segment;
    next;
    size = 1;
    constructor(segment, next) {
        this.segment = segment;
        this.next = next;
    }
    get(segment) {
        return segment === this.segment ? this.next : undefined;
    }
    keys() {
        return [this.segment];
    }
    *[Symbol.iterator]() {
        yield [this.segment, this.next];
    }
}
const noLiterals = new Map();
const restLeaf = { rest: true, exact: false, any: undefined, literals: noLiterals };
const exactLeaf = { rest: false, exact: true, any: undefined, literals: noLiterals };
/**
 * The trie of checked query types, sanitized: a `*` takes the place of all that it covers at its
 * node. Undefined where there are none. Takes time proportional to the number of segments.
 */
export function buildTrie(queryTypes, depth = 0) {
    if (queryTypes.length === 0)
        return undefined;
    let exact = false;
    const following = new Map();
    for (const queryType of queryTypes) {
        const segment = queryType[depth];
        if (segment === "*")
            return restLeaf;
        if (segment === undefined) {
            exact = true;
            continue;
        }
        const group = following.get(segment);
        if (group === undefined)
            following.set(segment, [queryType]);
        else
            group.push(queryType);
    }
    if (following.size === 0)
        return exactLeaf;
    const any = buildTrie(following.get("?") ?? [], depth + 1);
    following.delete("?");
    return { rest: false, exact, any, literals: literalsOf(following, depth + 1) };
}
function literalsOf(following, depth) {
    if (following.size === 0)
        return noLiterals;
    const literals = new Map();
    for (const [segment, group] of following) {
        const next = buildTrie(group, depth);
        if (following.size === 1)
            return new OneLiteral(segment, next);
        literals.set(segment, next);
    }
    return literals;
}
/**
 * Calls `take` with each query type of a trie, after the segments in `path`, in their canonical
 * order: segment by segment by UTF-16 code units, where `?` and `*` are characters like others, and
 * what ends goes before what goes on.
 */
export function listTrie(node, path, take) {
    if (node.rest)
        take([...path, "*"]);
    if (node.exact)
        take([...path]);
    const segments = [...node.literals.keys()];
    if (node.any !== undefined)
        segments.push("?");
    for (const segment of segments.sort()) {
        const next = segment === "?" ? node.any : node.literals.get(segment);
        path.push(segment);
        listTrie(next, path, take);
        path.pop();
    }
}
/**
 * Whether a query type of the trie matches, looking at the segments from `depth` on. At each
 * segment the literal and `?` may both have to be followed, but no node is reached twice: the nodes
 * looked at are at most 2^segments, and at most all there are.
 */
export function matchesTrie(node, type, depth = 0) {
    if (node.rest)
        return true;
    if (depth === type.length)
        return node.exact;
    const literal = node.literals.get(type[depth]);
    if (literal !== undefined && matchesTrie(literal, type, depth + 1))
        return true;
    return node.any !== undefined && matchesTrie(node.any, type, depth + 1);
}

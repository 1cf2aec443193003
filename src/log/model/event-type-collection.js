/** A node of the collection's trie: the values whose query types lead to it. */
class Branch {
    parent;
    segment;
    /** Values with a query type that ends here. */
    exact;
    /** Values with a query type that has `*` here. */
    rest;
    any;
    literals;
    constructor(parent, 
    /** The literal that leads here from the parent; none where it is `?`. */
    segment) {
        this.parent = parent;
        this.segment = segment;
    }
    /** The branch which a literal leads to, made if there is none. */
    grow(segment) {
        this.literals ??= new Map();
        let branch = this.literals.get(segment);
        if (branch === undefined) {
            branch = new Branch(this, segment);
            this.literals.set(segment, branch);
        }
        return branch;
    }
    /** Removes the value from here, then this branch and those above it which have become empty. */
    remove(value) {
        this.exact?.delete(value);
        if (this.exact?.size === 0)
            this.exact = undefined;
        this.rest?.delete(value);
        if (this.rest?.size === 0)
            this.rest = undefined;
        this.prune();
    }
    prune() {
        if (this.parent === undefined || this.exact || this.rest || this.any || this.literals)
            return;
        this.parent.drop(this.segment);
        this.parent.prune();
    }
    drop(segment) {
        if (segment === undefined) {
            this.any = undefined;
            return;
        }
        this.literals?.delete(segment);
        if (this.literals?.size === 0)
            this.literals = undefined;
    }
}
/**
 * Values by subscription: finds those whose subscription matches a type, in a time that depends on
 * the length of the type and on how many are found, not on how many there are. As with
 * `Subscription.matches()`, places where both a literal and `?` can be followed add to it.
 */
export class EventTypeCollection {
    root = new Branch();
    branches = new Map();
    /** Values there are. */
    get size() {
        return this.branches.size;
    }
    /** Adds a value; one that is there already then has both subscriptions. */
    add(subscription, value) {
        if (subscription.trie === undefined)
            return;
        let branches = this.branches.get(value);
        if (branches === undefined) {
            branches = new Set();
            this.branches.set(value, branches);
        }
        place(subscription.trie, this.root, value, branches);
    }
    /** Removes a value with all its subscriptions, if it is there; takes as long as adding them. */
    remove(value) {
        for (const branch of this.branches.get(value) ?? [])
            branch.remove(value);
        this.branches.delete(value);
    }
    /** The values with a subscription that matches the type, each once, in no particular order. */
    get(type) {
        const found = [];
        collect(this.root, type, 0, found);
        const [first] = found;
        if (first === undefined)
            return [];
        if (found.length === 1)
            return [...first];
        const values = new Set();
        for (const set of found)
            for (const value of set)
                values.add(value);
        return [...values];
    }
}
/** Adds the value wherever the query types below `query` lead, and notes the branches it is at. */
function place(query, branch, value, noted) {
    if (query.exact) {
        branch.exact ??= new Set();
        branch.exact.add(value);
    }
    if (query.rest) {
        branch.rest ??= new Set();
        branch.rest.add(value);
    }
    if (query.exact || query.rest)
        noted.add(branch);
    if (query.any !== undefined) {
        branch.any ??= new Branch(branch);
        place(query.any, branch.any, value, noted);
    }
    for (const [segment, next] of query.literals)
        place(next, branch.grow(segment), value, noted);
}
function collect(branch, type, depth, found) {
    if (branch.rest !== undefined)
        found.push(branch.rest);
    if (depth === type.length) {
        if (branch.exact !== undefined)
            found.push(branch.exact);
        return;
    }
    const literal = branch.literals?.get(type[depth]);
    if (literal !== undefined)
        collect(literal, type, depth + 1, found);
    if (branch.any !== undefined)
        collect(branch.any, type, depth + 1, found);
}

import { SluiceError } from "../../errors.js";
import { buildTrie, listTrie, matchesTrie } from "./query-trie.js";
import { checkQueryType } from "./query-type.js";
import { intersect, overlaps, StepBudget } from "./trie-overlap.js";
/** The default of `maxQueryTypes`. */
export const defaultMaxQueryTypes = 10_000;
/** Three for each segment of a type with as many as may be: it is met, looked up and put out. */
const stepsPerQueryType = 200;
/** A small limit would leave no room for `?` at all. */
const leastSteps = 200_000;
/** A set of query types, which matches what any of them matches; never changed. */
export class Subscription {
    trie;
    maxQueryTypes;
    /** Matches every type: the query type `*`. */
    static all = Subscription.of([["*"]]);
    listed;
    text;
    constructor(
    /** The query types as a trie, for who walks it beside one of their own; undefined if none. */
    trie, maxQueryTypes) {
        this.trie = trie;
        this.maxQueryTypes = maxQueryTypes;
    }
    /**
     * A subscription to query types, in any order, repeated or not; to nothing if there are none.
     * All of them are checked, also those which others cover.
     *
     * @throws SluiceError `query_type_invalid`
     * @throws SluiceError `query_types_exceeded`: more are given than `maxQueryTypes`.
     */
    static of(queryTypes, { maxQueryTypes = defaultMaxQueryTypes, ...limits } = {}) {
        if (!Array.isArray(queryTypes)) {
            throw new SluiceError("query_type_invalid", "A subscription is a list of query types");
        }
        checkCount(queryTypes.length, maxQueryTypes);
        for (const queryType of queryTypes)
            checkQueryType(queryType, limits);
        return new Subscription(buildTrie(queryTypes), maxQueryTypes);
    }
    /**
     * The query types, sanitized: each once, and without those which a `*` of another covers
     * (`["a", "*"]` covers `["a"]`, `["a", "b"]` and `["a", "?"]`). Nothing else is merged: `["a"]`
     * stays beside `["?"]`. They are sorted segment by segment by UTF-16 code units, `?` and `*` being
     * characters like others, a shorter one before those it is the beginning of.
     */
    get queryTypes() {
        if (this.listed === undefined) {
            const listed = [];
            if (this.trie !== undefined)
                listTrie(this.trie, [], (q) => listed.push(Object.freeze(q)));
            this.listed = Object.freeze(listed);
        }
        return this.listed;
    }
    /** The same text for the same sanitized query types, and for them only. */
    get key() {
        this.text ??= JSON.stringify(this.queryTypes);
        return this.text;
    }
    /** Whether it has no query types, and so matches nothing. */
    get isEmpty() {
        return this.trie === undefined;
    }
    /**
     * Whether one of the query types matches. The time depends on the length of the type, not on the
     * number of query types, unless these have literals and `?` side by side: each such place may
     * double it, until all query types have been looked at.
     */
    matches(type) {
        return this.trie !== undefined && matchesTrie(this.trie, type);
    }
    /**
     * Matches what this or any of the others matches.
     *
     * @throws SluiceError `query_types_exceeded`
     */
    union(...others) {
        if (others.length === 0)
            return this;
        const all = [this, ...others];
        const trie = buildTrie(all.flatMap(({ queryTypes }) => queryTypes));
        return Subscription.within(Math.max(...all.map((each) => each.maxQueryTypes)), trie);
    }
    /**
     * Matches what this and all of the others match.
     *
     * @throws SluiceError `query_types_exceeded`: it has too many query types, at worst as many as
     *   those of both multiplied, or finding them takes too many steps.
     */
    intersection(...others) {
        return others.reduce((sum, other) => sum.intersectionWith(other), this);
    }
    /**
     * Whether no type matches both.
     *
     * @throws SluiceError `query_types_exceeded`: finding out takes too many steps.
     */
    isDisjoint(other) {
        if (this.trie === undefined || other.trie === undefined)
            return true;
        return !overlaps(this.trie, other.trie, this.budgetWith(other));
    }
    intersectionWith(other) {
        const max = Math.max(this.maxQueryTypes, other.maxQueryTypes);
        if (this.trie === undefined || other.trie === undefined)
            return new Subscription(undefined, max);
        const common = intersect(this.trie, other.trie, this.budgetWith(other));
        return Subscription.within(max, buildTrie(common));
    }
    budgetWith(other) {
        const max = Math.max(this.maxQueryTypes, other.maxQueryTypes);
        return new StepBudget(Math.max(leastSteps, stepsPerQueryType * max));
    }
    static within(maxQueryTypes, trie) {
        const made = new Subscription(trie, maxQueryTypes);
        checkCount(made.queryTypes.length, maxQueryTypes);
        return made;
    }
}
function checkCount(count, maxQueryTypes) {
    if (count <= maxQueryTypes)
        return;
    throw new SluiceError("query_types_exceeded", `A subscription has ${count} query types, more than ${maxQueryTypes} (maxQueryTypes)`);
}

import { SluiceError } from "../../errors.js";
import { listTrie } from "./query-trie.js";
/**
 * Bounds the work of comparing two tries. Where both have many `?`, nearly every query type of the
 * one has to be held against every one of the other, and nothing is known that would be quicker:
 * this is the orthogonal vectors problem, so the time is bounded instead.
 */
export class StepBudget {
    maxSteps;
    left;
    constructor(maxSteps) {
        this.maxSteps = maxSteps;
        this.left = maxSteps;
    }
    /** @throws SluiceError `query_types_exceeded` when all steps are used up. */
    spend(steps) {
        this.left -= steps;
        if (this.left >= 0)
            return;
        throw new SluiceError("query_types_exceeded", `Comparing these subscriptions takes more than ${this.maxSteps} steps: both have too many "?" ` +
            "(maxQueryTypes)");
    }
}
/** Whether some event type matches both tries. */
export function overlaps(a, b, budget) {
    if (a.rest || b.rest || (a.exact && b.exact))
        return true;
    return someCommon(a, b, budget, (_, next, other) => overlaps(next, other, budget));
}
/** Query types which match exactly what both tries match; not sanitized. */
export function intersect(a, b, budget) {
    const found = [];
    const path = [];
    const visit = (a, b) => {
        if (a.rest || b.rest) {
            listTrie(a.rest ? b : a, path, (queryType) => {
                budget.spend(1 + queryType.length);
                found.push(queryType);
            });
            return;
        }
        if (a.exact && b.exact) {
            budget.spend(1 + path.length);
            found.push([...path]);
        }
        someCommon(a, b, budget, (segment, next, other) => {
            path.push(segment);
            visit(next, other);
            path.pop();
            return false;
        });
    };
    visit(a, b);
    return found;
}
/**
 * Calls `visit` with each segment that can follow in both, where `?` meets every literal, and the
 * two nodes it leads to in either order, until a call returns true; whether one has.
 */
function someCommon(a, b, budget, visit) {
    const [few, many] = a.literals.size < b.literals.size ? [a, b] : [b, a];
    budget.spend(1 + few.literals.size);
    for (const [segment, next] of few.literals) {
        const other = many.literals.get(segment);
        if (other !== undefined && visit(segment, next, other))
            return true;
    }
    const { any: anyA } = a;
    const { any: anyB } = b;
    if (anyA !== undefined && anyB !== undefined && visit("?", anyA, anyB))
        return true;
    if (anyA !== undefined) {
        for (const [segment, next] of b.literals)
            if (visit(segment, anyA, next))
                return true;
    }
    if (anyB !== undefined) {
        for (const [segment, next] of a.literals)
            if (visit(segment, next, anyB))
                return true;
    }
    return false;
}

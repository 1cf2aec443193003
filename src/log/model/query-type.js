import { SluiceError } from "../../errors.js";
import { splitType } from "./event-type.js";
import { findSegmentsProblem, quoteSegment } from "./segments.js";
/** Whether a type matches a query type, which must be one that `checkQueryType()` accepts. */
export function matchesQueryType(type, queryType) {
    const last = queryType.length - 1;
    const open = queryType[last] === "*";
    const fixed = open ? last : queryType.length;
    if (open ? type.length < fixed : type.length !== fixed)
        return false;
    for (let i = 0; i < fixed; i++) {
        if (queryType[i] !== "?" && queryType[i] !== type[i])
            return false;
    }
    return true;
}
/**
 * Checks a query type: a `*` is only allowed last, and `?`, `*` and `/` not within a longer segment,
 * where no event type has them.
 *
 * @throws SluiceError `query_type_invalid`
 */
export function checkQueryType(queryType, limits) {
    const problem = findQueryTypeProblem(queryType, limits);
    if (problem !== undefined) {
        throw new SluiceError("query_type_invalid", `The query type ${problem}`);
    }
}
/**
 * The query type of a text: `"a/?/*"` is `["a", "?", "*"]`. The empty text is `[]`, never `[""]`.
 *
 * @throws SluiceError `query_type_invalid`
 */
export function parseQueryType(text, limits) {
    const queryType = splitType(text);
    checkQueryType(queryType, limits);
    return queryType;
}
/** Says what keeps a value from being a query type, if anything does: `"has * before its end"`. */
export function findQueryTypeProblem(queryType, limits) {
    const open = Array.isArray(queryType) && queryType.at(-1) === "*";
    const fixed = open ? queryType.slice(0, -1) : queryType;
    const problem = findSegmentsProblem(fixed, limits);
    if (problem !== undefined)
        return problem;
    const bad = fixed.find((segment) => segment !== "?" && /[?*/]/.test(segment));
    if (bad === undefined)
        return undefined;
    if (bad === "*")
        return 'has "*" before its end, it must be the last segment';
    return `has the segment ${quoteSegment(bad)}, but no event type has "?", "*" or "/" in a segment`;
}

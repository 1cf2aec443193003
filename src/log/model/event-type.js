import { SluiceError } from "../../errors.js";
import { findSegmentsProblem, quoteSegment } from "./segments.js";
/**
 * Checks the type of an event that is about to be stored. Segments are any text, the empty one
 * included, without `?` and `*`, which have a meaning in query types, and `/`, which stands between
 * segments where a type is written as text.
 *
 * @throws SluiceError `event_type_invalid`
 */
export function checkEventType(type, limits) {
    const problem = eventTypeProblem(type, limits);
    if (problem !== undefined) {
        throw new SluiceError("event_type_invalid", `The event type ${problem}`);
    }
}
/**
 * The type as text, its segments joined by `/`. `[]` and `[""]` have the same text, the empty one;
 * all others have one of their own. Query types are written alike.
 */
export function formatEventType(type) {
    return type.join("/");
}
/**
 * The type of a text: `"a/b"` is `["a", "b"]`. The empty text is `[]`, never `[""]`.
 *
 * @throws SluiceError `event_type_invalid`
 */
export function parseEventType(text, limits) {
    const type = splitType(text);
    checkEventType(type, limits);
    return type;
}
/** The segments of a type written as text; none for the empty text. */
export function splitType(text) {
    return text === "" ? [] : text.split("/");
}
/** Says what keeps a value from being the type of an event, if anything does. */
export function eventTypeProblem(type, limits) {
    const problem = findSegmentsProblem(type, limits);
    if (problem !== undefined)
        return problem;
    const bad = type.find((segment) => /[?*/]/.test(segment));
    if (bad === undefined)
        return undefined;
    return `has the segment ${quoteSegment(bad)}, segments are without "?", "*" and "/"`;
}

/** The types of JSON values. */
export const jsonTypes = ["null", "boolean", "string", "number", "array", "object"];
/** The type of a JSON value. */
export function jsonTypeOf(value) {
    if (value === null)
        return "null";
    return Array.isArray(value) ? "array" : typeof value;
}
/**
 * Whether two values are the same JSON: lists in their order, objects in any. Values of different
 * types never are. Goes no deeper than the less deep of the two.
 */
export function equalsJson(a, b) {
    if (a === b)
        return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
        return false;
    if (Array.isArray(a) || Array.isArray(b)) {
        if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length)
            return false;
        return a.every((item, i) => equalsJson(item, b[i]));
    }
    const [left, right] = [a, b];
    const names = Object.keys(left);
    if (names.length !== Object.keys(right).length)
        return false;
    return names.every((name) => Object.hasOwn(right, name) && equalsJson(left[name], right[name]));
}
/**
 * Whether JSON can express a value, with lists and objects at most `maxDepth` deep. Objects must be
 * plain, so nothing is lost or replaced when they are written.
 */
export function isJson(value, maxDepth) {
    if (value === null || typeof value === "string" || typeof value === "boolean")
        return true;
    if (typeof value === "number")
        return Number.isFinite(value);
    if (typeof value !== "object" || maxDepth <= 0)
        return false;
    if (Array.isArray(value))
        return Array.from(value).every((item) => isJson(item, maxDepth - 1));
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null)
        return false;
    return Object.values(value).every((member) => isJson(member, maxDepth - 1));
}

/** The steps of a path, one after the other. */
export function flattenPath(path) {
    return typeof path === "object" ? path.flatMap(flattenPath) : [path];
}
/** What is at the end of the steps; null where they lead nowhere. */
export function valueAt(value, steps) {
    let at = value;
    for (const step of steps) {
        if (typeof at !== "object" || at === null)
            return null;
        if (Array.isArray(at)) {
            at = typeof step === "number" ? (at.at(step) ?? null) : null;
        }
        else {
            at = typeof step === "string" && Object.hasOwn(at, step) ? memberOf(at, step) : null;
        }
    }
    return at;
}
function memberOf(value, name) {
    return value[name] ?? null;
}

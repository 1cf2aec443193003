/** `repeated T`: an array. */
export function repeated(of) {
    return { kind: "repeated", of };
}
/** `map<K, V>`: an object whose keys are written as JavaScript writes property names. */
export function map(key, value) {
    return { kind: "map", key, value };
}
/** True at run time for `() => T`: only arrow functions and methods have no prototype. */
export function isThunk(type) {
    return typeof type === "function" && !("prototype" in type);
}

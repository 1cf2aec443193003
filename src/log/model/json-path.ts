import type { JsonValue } from "./event.js";

/**
 * Where in a JSON value: a string is the name of a member, a whole number the place in a list, a
 * negative one counted from its end. Lists of paths lead one after the other, however nested; the
 * empty one is the value itself.
 */
export type JsonPath = string | number | readonly JsonPath[];

/** The steps of a path, one after the other. */
export function flattenPath(path: JsonPath): (string | number)[] {
  return typeof path === "object" ? path.flatMap(flattenPath) : [path];
}

/** What is at the end of the steps; null where they lead nowhere. */
export function valueAt(value: JsonValue, steps: readonly (string | number)[]): JsonValue {
  let at: JsonValue = value;
  for (const step of steps) {
    if (typeof at !== "object" || at === null) return null;
    if (Array.isArray(at)) {
      at = typeof step === "number" ? (at.at(step) ?? null) : null;
    } else {
      at = typeof step === "string" && Object.hasOwn(at, step) ? memberOf(at, step) : null;
    }
  }
  return at;
}

function memberOf(value: JsonValue, name: string): JsonValue {
  return (value as { readonly [name: string]: JsonValue })[name] ?? null;
}

import type { Plain } from "./describe.js";

/** One place where two values differ. */
export interface Difference {
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

/** Every place where two values differ, at most so many. */
export function compare(left: Plain, right: Plain, path = "", most = 12): Difference[] {
  if (left === right) return [];
  if (isObject(left) && isObject(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    const found: Difference[] = [];
    for (const key of keys) {
      if (found.length >= most) break;
      const [l, r] = [valueAt(left, key), valueAt(right, key)];
      found.push(...compare(l, r, path === "" ? key : `${path} › ${key}`, most - found.length));
    }
    return found;
  }
  return [{ path, left: show(left), right: show(right) }];
}

const missing = "(nothing)";

function isObject(value: Plain): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null;
}

function valueAt(value: { [key: string]: Plain }, key: string): Plain {
  return Object.hasOwn(value, key) ? (value[key] as Plain) : missing;
}

function show(value: Plain): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}

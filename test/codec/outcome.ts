import { deepStrictEqual } from "node:assert";
import { expect } from "vitest";

/** What a function did. */
export type Outcome<T> = { readonly returned: T } | { readonly threw: string };

export function outcomeOf<T>(run: () => T): Outcome<T> {
  try {
    return { returned: run() };
  } catch (error) {
    return { threw: String(error) };
  }
}

/**
 * Expects the same, down to prototypes and the sign of zero, which `toEqual` does not look at.
 * `about` is for the failure only.
 */
export function expectSame(actual: unknown, expected: unknown, about: () => string): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    expect.fail(`${about()}\n${error instanceof Error ? error.message : error}`);
  }
}

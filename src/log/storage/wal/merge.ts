import { compareBytes } from "../bytes.js";
import type { Entry, Key } from "../storage.js";
import { removed } from "./layer.js";

/**
 * The entries of several sources, each the first `asked` ones of the same range, or all if it has
 * fewer. Where two have the same key, the one that comes first in `sources` wins, and `removed`
 * hides the key.
 *
 * @returns up to `limit` entries; `undefined` if it takes more from the sources to know them.
 */
export function merge(
  sources: readonly (readonly Entry[])[],
  asked: number,
  limit: number,
  reverse: boolean,
): Entry[] | undefined {
  const found: Entry[] = [];
  const at = sources.map(() => 0);
  while (found.length < limit) {
    let first: Entry | undefined;
    for (const [number, source] of sources.entries()) {
      const entry = source[at[number]!];
      if (entry === undefined) {
        // What it would have next, nobody knows.
        if (source.length >= asked) return undefined;
      } else if (first === undefined || isBefore(entry.key, first.key, reverse)) first = entry;
    }
    if (first === undefined) return found;
    for (const [number, source] of sources.entries()) {
      const entry = source[at[number]!];
      if (entry !== undefined && compareBytes(entry.key, first.key) === 0) at[number]!++;
    }
    if (first.value !== removed) found.push(first);
  }
  return found;
}

function isBefore(a: Key, b: Key, reverse: boolean): boolean {
  const order = compareBytes(a, b);
  return reverse ? order > 0 : order < 0;
}

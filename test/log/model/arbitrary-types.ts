import fc from "fast-check";
import type { EventType } from "../../../src/log/model/event.js";
import type { QueryType } from "../../../src/log/model/query-type.js";

const letters = ["a", "b", "c"];

/** Every type of up to four of three letters: 121, enough to tell the query types below apart. */
export const allTypes: readonly EventType[] = typesUpTo(4);

export const types: fc.Arbitrary<EventType> = fc.constantFrom(...allTypes);

/** Up to four of the letters and `?`, and then perhaps `*`. */
export const queryTypes: fc.Arbitrary<QueryType> = fc
  .tuple(
    fc.array(fc.constantFrom(...letters, "?"), { maxLength: 4 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant(["*"]) },
    ),
  )
  .map(([segments, end]) => [...segments, ...end]);

export const queryTypeLists = fc.array(queryTypes, { maxLength: 8 });

/**
 * What sanitizing is, in quadratic time: a query type goes if it begins, segment by segment, with
 * what stands before the `*` of another. As a set of texts.
 */
export function sanitizeNaively(list: readonly QueryType[]): Set<string> {
  const covers = (cover: QueryType, queryType: QueryType) => {
    const prefix = cover.slice(0, -1);
    const isOther = JSON.stringify(cover) !== JSON.stringify(queryType);
    return cover.at(-1) === "*" && isOther && prefix.every((s, i) => queryType[i] === s);
  };
  const kept = list.filter((queryType) => !list.some((cover) => covers(cover, queryType)));
  return setOf(kept);
}

/** Lists of segments as a set of texts. */
export function setOf(lists: readonly (readonly string[])[]): Set<string> {
  return new Set(lists.map((list) => JSON.stringify(list)));
}

function typesUpTo(length: number): EventType[] {
  if (length === 0) return [[]];
  const shorter = typesUpTo(length - 1);
  return [[], ...letters.flatMap((letter) => shorter.map((type) => [letter, ...type]))];
}

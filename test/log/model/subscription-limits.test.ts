import { describe, expect, it } from "vitest";
import { buildTrie, matchesTrie, type QueryNode } from "../../../src/log/model/query-trie.js";
import type { QueryType } from "../../../src/log/model/query-type.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { intersect, overlaps, StepBudget } from "../../../src/log/model/trie-overlap.js";

const exceeded = expect.objectContaining({ code: "query_types_exceeded" });
const numbered = (count: number, make: (i: number) => QueryType) =>
  Array.from({ length: count }, (_, i) => make(i));

/** Every query type of `length` segments that are either the letter or `?`, each with an end. */
const eitherOf = (letter: string, length: number, end: (i: number) => QueryType) =>
  numbered(2 ** length, (i) => [
    ...Array.from({ length }, (_, bit) => ((i >> bit) & 1 ? letter : "?")),
    ...end(i),
  ]);

/** Counts how often children of nodes are looked up. */
function counting(node: QueryNode, count: { lookups: number }): QueryNode {
  const literals = new Map([...node.literals].map(([s, next]) => [s, counting(next, count)]));
  const get = literals.get.bind(literals);
  literals.get = (segment) => {
    count.lookups++;
    return get(segment);
  };
  return { ...node, any: node.any && counting(node.any, count), literals };
}

describe("a subscription's limits", () => {
  it("refuse more query types than are allowed, 10,000 by default", () => {
    const list = numbered(10_001, (i) => [`t${i}`]);
    expect(Subscription.of(list.slice(1)).queryTypes.length).toBe(10_000);
    expect(() => Subscription.of(list)).toThrow(exceeded);
    expect(() => Subscription.of(list)).toThrow("10001 query types, more than 10000");
    expect(Subscription.of(list, { maxQueryTypes: 10_001 }).queryTypes.length).toBe(10_001);
    expect(() => Subscription.of([["a"], ["b"]], { maxQueryTypes: 1 })).toThrow(exceeded);
  });

  it("hold for unions, after what is the same has been merged; the largest counts", () => {
    const some = (from: number, maxQueryTypes: number) =>
      Subscription.of(
        numbered(3, (i) => [`t${from + i}`]),
        { maxQueryTypes },
      );
    expect(some(0, 4).union(some(1, 4)).queryTypes.length).toBe(4);
    expect(() => some(0, 4).union(some(2, 4))).toThrow(exceeded);
    expect(some(0, 4).union(some(2, 5)).queryTypes.length).toBe(5);
    expect(some(2, 5).union(some(0, 4)).union(some(0, 3)).queryTypes.length).toBe(5);
  });

  it("hold for intersections, which multiply", () => {
    const first = Subscription.of(numbered(100, (i) => [`a${i}`, "?"]));
    const second = Subscription.of(numbered(100, (i) => ["?", `b${i}`]));
    expect(first.intersection(second).queryTypes.length).toBe(10_000);
    const third = Subscription.of(numbered(101, (i) => ["?", `b${i}`]));
    expect(() => first.intersection(third)).toThrow(exceeded);
    expect(first.isDisjoint(third)).toBe(false);
  });

  it("leave enough steps for any two without ?, however long", () => {
    const list = numbered(2_000, (i) => [
      ...Array.from({ length: 63 }, (_, at) => ((i >> at) % 2 ? "x" : "y")),
      `${i}`,
    ]);
    const of = (list: QueryType[]) => Subscription.of(list, { maxQueryTypes: 2_000 });
    const [first, second] = [of(list), of(list)];
    expect(first.intersection(second).queryTypes.length).toBe(2_000);
    expect(first.intersection(Subscription.all).key).toBe(first.key);
    const other = of(list.map((queryType) => [...queryType.slice(0, -1), "other"]));
    expect(first.isDisjoint(other)).toBe(true);
  });

  it("end what many ? make too long", () => {
    // 2^26 pairs, none of which has a type in common: that is told by the last segment only.
    const first = Subscription.of(eitherOf("a", 13, (i) => [`x${i}`]));
    const second = Subscription.of(eitherOf("a", 13, (i) => [`y${i}`]));
    expect(() => first.isDisjoint(second)).toThrow(exceeded);
    expect(() => first.intersection(second)).toThrow(exceeded);
    // All pairs have one: the first is found at once, all of them never.
    const third = Subscription.of(eitherOf("a", 13, () => []));
    expect(third.isDisjoint(third)).toBe(false);
    expect(() => third.intersection(third)).toThrow(exceeded);
  });

  it("leave some steps to small ones", () => {
    const small = (end: string) =>
      Subscription.of(
        eitherOf("a", 7, (i) => [`${end}${i}`]),
        { maxQueryTypes: 128 },
      );
    expect(small("x").isDisjoint(small("y"))).toBe(true);
  });

  it("count each pair of nodes, and every literal that is looked for", () => {
    const trie = (list: QueryType[]) => buildTrie(list)!;
    const spent = (run: (budget: StepBudget) => void) => {
      for (let steps = 0; ; steps++) {
        try {
          run(new StepBudget(steps));
          return steps;
        } catch (error) {
          expect(error).toEqual(exceeded);
        }
      }
    };
    const wide = trie(numbered(50, (i) => [`a${i}`]));
    const other = trie(numbered(20, (i) => [`b${i}`]));
    expect(spent((budget) => overlaps(wide, other, budget))).toBe(21);
    expect(spent((budget) => intersect(wide, other, budget))).toBe(21);
    const open = trie([["*"]]);
    // Each of the fifty is put out: one step, and one for its only segment.
    expect(spent((budget) => intersect(open, wide, budget))).toBe(100);
    expect(spent((budget) => overlaps(open, wide, budget))).toBe(0);
  });
});

describe("matching", () => {
  it("looks at no more nodes than the path has, where there is no ?", () => {
    const count = { lookups: 0 };
    const trie = counting(buildTrie(numbered(5_000, (i) => [`a${i % 50}`, `b${i}`, "c"]))!, count);
    expect(matchesTrie(trie, ["a7", "b57", "c"])).toBe(true);
    expect(count.lookups).toBe(3);
  });

  it("looks at no node twice, where both literals and ? can be followed", () => {
    const count = { lookups: 0 };
    const list = eitherOf("a", 10, () => ["end"]);
    const trie = counting(buildTrie(list)!, count);
    const type = [...Array.from({ length: 10 }, () => "a"), "no end"];
    expect(matchesTrie(trie, type)).toBe(false);
    // Every node above the ends: 1 + 2 + 4 + ... + 1024.
    expect(count.lookups).toBe(2 ** 11 - 1);
  });

  it("looks at each ? once, where there is nothing beside it", () => {
    const count = { lookups: 0 };
    const trie = counting(buildTrie([[...Array.from({ length: 60 }, () => "?"), "end"]])!, count);
    expect(
      matchesTrie(
        trie,
        Array.from({ length: 61 }, () => "a"),
      ),
    ).toBe(false);
    expect(count.lookups).toBe(61);
  });
});

import { describe, expect, it } from "vitest";
import type { QueryType } from "../../../src/log/model/query-type.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { readVectorFile, readVectors } from "../vectors.js";
import { setOf } from "./arbitrary-types.js";

type List = readonly QueryType[];

interface AlgebraRow {
  readonly first: List;
  readonly second: List;
  readonly first_mask: string;
  readonly second_mask: string;
  readonly union: List;
  readonly intersection_mask: string;
  readonly isdisjoint: boolean;
}

/** Expects these query types in any order, each once. */
function expectQueryTypes(subscription: Subscription, expected: List, note: unknown): void {
  expect(subscription.queryTypes.length, JSON.stringify(note)).toBe(expected.length);
  expect(setOf(subscription.queryTypes), JSON.stringify(note)).toEqual(setOf(expected));
}

describe("subscriptions of the vectors", () => {
  it.each([
    ["subscription_get_query_types", 8],
    ["generated/sanitize", 107],
  ])("are sanitized: %s", (file, count) => {
    const rows = readVectors<{ query_types: List; sanitized: List }>(file);
    expect(rows.length).toBe(count);
    for (const row of rows) {
      expectQueryTypes(Subscription.of(row.query_types), row.sanitized, row);
    }
  });

  it("match", () => {
    const rows = readVectors<{ query_types: List; matching: List; not_matching: List }>(
      "subscription_matches",
    );
    expect(rows.length).toBe(5);
    for (const { query_types, matching, not_matching } of rows) {
      const subscription = Subscription.of(query_types);
      const all = [...matching, ...not_matching];
      expect(all.filter((type) => subscription.matches(type))).toEqual(matching);
    }
  });

  it("are refused where * is not last, also under another *", () => {
    const rows = readVectors<{ query_types: List; invalid: boolean }>("subscription_invalid");
    expect(rows.length).toBe(7);
    for (const { query_types, invalid } of rows) {
      const make = () => Subscription.of(query_types);
      if (!invalid) expect(make().isEmpty).toBe(false);
      else expect(make).toThrow(expect.objectContaining({ code: "query_type_invalid" }));
    }
  });

  it("unite", () => {
    const rows = readVectors<{ subscriptions: List[]; union: List }>("subscription_union");
    expect(rows.length).toBe(6);
    for (const row of rows) {
      const [first, ...others] = [[], ...row.subscriptions].map((list) => Subscription.of(list));
      expectQueryTypes(first!.union(...others), row.union, row);
    }
  });

  it("intersect", () => {
    const rows = readVectors<{ first: List; second: List; intersection: List }>(
      "subscription_intersection",
    );
    expect(rows.length).toBe(6);
    for (const row of rows) {
      const [first, second] = [Subscription.of(row.first), Subscription.of(row.second)];
      expectQueryTypes(first.intersection(second), row.intersection, row);
    }
  });

  it("are disjoint or not", () => {
    const rows = readVectors<{ first: List; second: List; isdisjoint: boolean }>(
      "subscription_isdisjoint",
    );
    expect(rows.length).toBe(9);
    for (const row of rows) {
      const [first, second] = [Subscription.of(row.first), Subscription.of(row.second)];
      expect(first.isDisjoint(second), JSON.stringify(row)).toBe(row.isdisjoint);
      expect(second.isDisjoint(first), JSON.stringify(row)).toBe(row.isdisjoint);
    }
  });

  it("follow the algebra found by brute force", () => {
    const file = readVectorFile<{ event_types: List; vectors: AlgebraRow[] }>(
      "generated/subscription_algebra",
    );
    expect(file.vectors.length).toBe(302);
    const maskOf = (subscription: Subscription) => {
      let mask = 0n;
      for (const [i, type] of file.event_types.entries()) {
        if (subscription.matches(type)) mask |= 1n << BigInt(i);
      }
      return mask.toString(16);
    };
    for (const row of file.vectors) {
      const [first, second] = [Subscription.of(row.first), Subscription.of(row.second)];
      const union = first.union(second);
      expectQueryTypes(union, row.union, row);
      const either = BigInt(`0x${row.first_mask}`) | BigInt(`0x${row.second_mask}`);
      const { first_mask, second_mask, intersection_mask, isdisjoint } = row;
      expect(
        {
          first_mask: maskOf(first),
          second_mask: maskOf(second),
          union_mask: maskOf(union),
          intersection_mask: maskOf(first.intersection(second)),
          isdisjoint: first.isDisjoint(second),
        },
        JSON.stringify(row),
      ).toEqual({
        first_mask,
        second_mask,
        union_mask: either.toString(16),
        intersection_mask,
        isdisjoint,
      });
    }
  });
});

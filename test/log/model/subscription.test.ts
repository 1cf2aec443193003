import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventType } from "../../../src/log/model/event.js";
import { matchesQueryType, type QueryType } from "../../../src/log/model/query-type.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { propertyOptions } from "../../support/property-options.js";
import { allTypes, queryTypeLists, sanitizeNaively, setOf } from "./arbitrary-types.js";

type List = readonly QueryType[];

const matchesAny = (type: EventType, list: List) => list.some((q) => matchesQueryType(type, q));
const matched = (subscription: Subscription) => allTypes.filter((t) => subscription.matches(t));
const checkLists = (check: (...lists: [List, List, List]) => void, runs = 600) => {
  const property = fc.property(queryTypeLists, queryTypeLists, queryTypeLists, check);
  fc.assert(property, propertyOptions(runs));
};

describe("a subscription", () => {
  it("matches what one of its query types matches", () => {
    expect(allTypes.length).toBe(121);
    checkLists((list) => {
      expect(matched(Subscription.of(list))).toEqual(allTypes.filter((t) => matchesAny(t, list)));
    });
  });

  it("united with others matches what any of them matches, and is sanitized", () => {
    checkLists((a, b, c) => {
      const union = Subscription.of(a).union(Subscription.of(b), Subscription.of(c));
      expect(matched(union)).toEqual(allTypes.filter((t) => matchesAny(t, [...a, ...b, ...c])));
      expect(union.key).toBe(Subscription.of([...a, ...b, ...c]).key);
    });
  });

  it("intersected with others matches what all of them match, and is sanitized", () => {
    checkLists((a, b, c) => {
      const both = Subscription.of(a).intersection(Subscription.of(b));
      const ofBoth = allTypes.filter((t) => matchesAny(t, a) && matchesAny(t, b));
      expect(matched(both)).toEqual(ofBoth);
      expect(both.isEmpty).toBe(ofBoth.length === 0);
      expect(both.key).toBe(Subscription.of(both.queryTypes).key);
      expect(both.key).toBe(Subscription.of(b).intersection(Subscription.of(a)).key);
      const all = Subscription.of(a).intersection(Subscription.of(b), Subscription.of(c));
      expect(matched(all)).toEqual(ofBoth.filter((t) => matchesAny(t, c)));
    });
  });

  it("is disjoint from others if no type matches both", () => {
    checkLists((a, b) => {
      // Short lists, or hardly any would be disjoint.
      const [first, second] = [a.slice(0, 2), b.slice(0, 2)];
      const none = !allTypes.some((t) => matchesAny(t, first) && matchesAny(t, second));
      expect(Subscription.of(first).isDisjoint(Subscription.of(second))).toBe(none);
    }, 2_000);
  });

  it("lists its query types sanitized, sorted and frozen", () => {
    checkLists((list) => {
      const { queryTypes } = Subscription.of(list);
      expect(setOf(queryTypes)).toEqual(sanitizeNaively(list));
      expect(setOf(queryTypes).size).toBe(queryTypes.length);
      // Below every segment, so that what ends sorts before what goes on.
      const texts = queryTypes.map((queryType) => queryType.map((s) => `\0${s}`).join(""));
      expect(texts).toEqual([...texts].sort());
      expect([queryTypes, ...queryTypes].every((each) => Object.isFrozen(each))).toBe(true);
    });
  });

  it("has the same key as another exactly if the sanitized query types are the same", () => {
    const shuffled = queryTypeLists.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list])),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const sets = [sanitizeNaively(list), sanitizeNaively(other)];
        const same = [...sets[0]!].sort().join() === [...sets[1]!].sort().join();
        expect(Subscription.of(list).key === Subscription.of(other).key).toBe(same);
      }),
      propertyOptions(1_000),
    );
    const keys = [[], [[]], [[""]], [["", ""]], [["a", "b"]], [["a"], ["b"]]].map(
      (list) => Subscription.of(list).key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("to nothing is empty, matches nothing, and is disjoint from all", () => {
    const none = Subscription.of([]);
    expect([none.isEmpty, Subscription.all.isEmpty, Subscription.of([[]]).isEmpty]).toEqual([
      true,
      false,
      false,
    ]);
    expect(matched(none)).toEqual([]);
    expect(none.isDisjoint(none)).toBe(true);
    expect(none.isDisjoint(Subscription.all)).toBe(true);
    expect(none.union(Subscription.all).key).toBe(Subscription.all.key);
    expect(none.intersection(Subscription.all).isEmpty).toBe(true);
  });

  it("to everything matches every type", () => {
    expect(Subscription.all.queryTypes).toEqual([["*"]]);
    expect(matched(Subscription.all)).toEqual(allTypes);
  });

  it("without others is its own union and intersection", () => {
    const subscription = Subscription.of([["a"]]);
    expect(subscription.union()).toBe(subscription);
    expect(subscription.intersection()).toBe(subscription);
  });

  it("does not change with the lists it was made of", () => {
    const queryType = ["a"];
    const list = [queryType];
    const subscription = Subscription.of(list);
    queryType.push("b");
    list.push(["c"]);
    expect(subscription.queryTypes).toEqual([["a"]]);
  });

  it("is not made of anything but valid query types", () => {
    const invalid = expect.objectContaining({ code: "query_type_invalid" });
    for (const value of ["*", null, undefined, [["*"], ["*", "a"]], [["*"], "a"], [["a*"]]]) {
      expect(() => Subscription.of(value as never), JSON.stringify(value)).toThrow(invalid);
    }
    expect(() => Subscription.of([["a", "b"]], { maxSegments: 1 })).toThrow(invalid);
    expect(() => Subscription.of([["a", "b"]], { maxBytes: 2 })).toThrow(invalid);
  });

  it("may have segments that name members of objects", () => {
    const subscription = Subscription.of([["__proto__", "constructor"]]);
    expect(subscription.matches(["__proto__", "constructor"])).toBe(true);
    expect(subscription.matches(["toString"])).toBe(false);
  });
});

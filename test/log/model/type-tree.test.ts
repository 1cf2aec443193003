import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventType } from "../../../src/log/model/event.js";
import { SegmentTree } from "../../../src/log/model/segment-tree.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { TypeTree } from "../../../src/log/model/type-tree.js";
import { propertyOptions } from "../../support/property-options.js";
import { allTypes, queryTypeLists, types } from "./arbitrary-types.js";

const sorted = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b);
const treeOf = (list: Iterable<EventType>) => {
  const tree = new TypeTree();
  for (const type of list) tree.add(type);
  return tree;
};

/** How many nodes a search looked at, told by how often names and children were asked for. */
function countLooks<T>(
  tree: TypeTree,
  run: () => T,
  ways: readonly ("child" | "segmentOf" | "labelOf" | "nextSibling")[] = [
    "child",
    "segmentOf",
    "labelOf",
  ],
): { result: T; looks: number } {
  const nodes = Reflect.get(tree, "tree") as SegmentTree;
  let looks = 0;
  for (const name of ways) {
    const original = SegmentTree.prototype[name].bind(nodes) as (...args: unknown[]) => unknown;
    Object.assign(nodes, {
      [name]: (...args: unknown[]) => {
        looks++;
        return original(...args);
      },
    });
  }
  const result = run();
  return { result, looks };
}

describe("a tree of types", () => {
  it("gives each type the next id, and the same one again", () => {
    fc.assert(
      fc.property(fc.array(types, { maxLength: 200, size: "max" }), (list) => {
        const tree = new TypeTree();
        const ids = new Map<string, number>();
        for (const type of list) {
          const text = JSON.stringify(type);
          expect(tree.idOf(type)).toBe(ids.get(text));
          const id = tree.add([...type]);
          expect(id).toBe(ids.get(text) ?? ids.size);
          ids.set(text, id);
          expect(tree.size).toBe(ids.size);
        }
        for (const type of allTypes) {
          const id = ids.get(JSON.stringify(type));
          expect(tree.idOf(type)).toBe(id);
          if (id !== undefined) expect(tree.typeOf(id)).toEqual(type);
        }
      }),
      propertyOptions(200),
    );
  });

  it("finds what a subscription matches, each once", () => {
    const subsets = fc.shuffledSubarray([...allTypes]);
    fc.assert(
      fc.property(subsets, queryTypeLists, (list, queryTypes) => {
        const subscription = Subscription.of(queryTypes);
        const expected = list.flatMap((type, id) => (subscription.matches(type) ? [id] : []));
        expect(sorted(treeOf(list).matching(subscription))).toEqual(expected);
      }),
      propertyOptions(600),
    );
  });

  it("finds what a subscription matches among many children", () => {
    // More children than are kept in a list, with names that also stand for themselves elsewhere.
    const list = Array.from({ length: 300 }, (_, i) => [`a${i % 30}`, `b${i % 7}`, `c${i}`]);
    const segment = fc.oneof(
      fc.constant("?"),
      fc.nat(30).map((i) => `a${i}`),
      fc.nat(7).map((i) => `b${i}`),
      fc.nat(300).map((i) => `c${i}`),
    );
    const queryType = fc
      .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom([], ["*"]))
      .map(([segments, end]) => [...segments, ...end]);
    const tree = treeOf(list);
    const property = fc.property(fc.array(queryType, { maxLength: 20 }), (queryTypes) => {
      const subscription = Subscription.of(queryTypes);
      const expected = list.flatMap((type, id) => (subscription.matches(type) ? [id] : []));
      expect(sorted(tree.matching(subscription))).toEqual(expected);
    });
    fc.assert(property, propertyOptions(600));
    expect(list.map((type) => tree.idOf(type))).toEqual(list.map((_, id) => id));
  });

  it("looks only where a subscription leads", () => {
    const list = Array.from({ length: 10_000 }, (_, i) => [`site${i % 100}`, `sensor${i}`, "temp"]);
    const looksFor = (...queryTypes: string[][]) => {
      const tree = treeOf(list);
      return countLooks(tree, () => sorted(tree.matching(Subscription.of(queryTypes))));
    };
    const one = looksFor(["site7", "sensor107", "temp"], ["site7", "sensor107", "*"]);
    expect(one.result).toEqual([107]);
    expect(one.looks).toBeLessThan(12);
    const none = looksFor(["site7", "nowhere"], ["?", "nowhere", "?"], ["sensor1", "*"]);
    expect(none.result).toEqual([]);
    expect(none.looks).toBeLessThan(400);
    const site = looksFor(["site7", "?", "temp"]);
    expect(site.result.length).toBe(100);
    expect(site.looks).toBeLessThan(600);
    // Ten thousand literals, of which hardly any are there: the other side is walked.
    const many = looksFor(...Array.from({ length: 10_000 }, (_, i) => [`site${i + 99}`, "*"]));
    expect(many.result.length).toBe(100);
    expect(many.looks).toBeLessThan(350);
  });

  it("walks past few others to a type among many", () => {
    const list = Array.from({ length: 10_000 }, (_, i) => ["plant", `sensor${i}`]);
    const tree = treeOf(list);
    const ids = () => [tree.idOf(list[3]!), tree.add(list[9_999]!)];
    expect(countLooks(tree, ids, ["nextSibling"])).toEqual({ result: [3, 9_999], looks: 0 });
  });

  it("can be added to while a search goes on", () => {
    const tree = treeOf(Array.from({ length: 20 }, (_, i) => ["a", `${i}`]));
    const found: number[] = [];
    for (const id of tree.matching(
      Subscription.of([
        ["?", "?"],
        ["a", "*"],
      ]),
    )) {
      found.push(id);
      if (tree.size < 100) for (let i = 0; i < 10; i++) tree.add(["a", `new${tree.size}`]);
    }
    expect(new Set(found).size).toBe(found.length);
    expect(sorted(found).slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("answers with the same frozen array while it is cached, and with an equal one later", () => {
    const tree = new TypeTree({ maxCachedTypes: 4 });
    for (let i = 0; i < 10; i++) tree.add(["type", `${i}`]);
    const first = tree.typeOf(1);
    expect(Object.isFrozen(first)).toBe(true);
    expect(tree.typeOf(2)).toEqual(["type", "2"]);
    expect(tree.typeOf(1)).toBe(first);
    expect(tree.typeOf(5)).toEqual(["type", "5"]);
    expect(tree.typeOf(1)).toEqual(first);
    expect(tree.typeOf(1)).not.toBe(first);
    for (let i = 0; i < 10; i++) expect(tree.typeOf(i)).toEqual(["type", `${i}`]);
    expect((Reflect.get(tree, "cachedTypes") as unknown[]).length).toBe(4);
  });

  it("keeps no array it was given", () => {
    const tree = new TypeTree();
    const type = ["a", "b"];
    tree.add(type);
    type.push("c");
    expect(tree.typeOf(0)).toEqual(["a", "b"]);
    expect(tree.idOf(["a", "b"])).toBe(0);
    expect(Object.isFrozen(type)).toBe(false);
  });

  it("tells the empty type, empty segments and names of members apart", () => {
    const list = [[], [""], ["", ""], ["__proto__"], ["constructor", "length"], ["?"], ["*"]];
    const tree = treeOf(list);
    expect(list.map((type) => tree.idOf(type))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(list.map((_, id) => tree.typeOf(id))).toEqual(list);
    expect(tree.idOf(["constructor"])).toBeUndefined();
    expect(new TypeTree().idOf([])).toBeUndefined();
  });

  it.each([-1, 1, 0.5, Number.NaN])("has no type with the id %d when there is one", (id) => {
    expect(() => treeOf([["a"]]).typeOf(id)).toThrow(RangeError);
  });

  it("needs less than 250 bytes for a type, measured", { timeout: 60_000 }, async () => {
    const script = join(import.meta.dirname, "type-tree-memory.ts");
    const args = ["--expose-gc", "--import", "tsx", script, "200000"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const measured = Object.entries(JSON.parse(stdout) as Record<string, number>);
    expect(measured.length).toBe(4);
    for (const [shape, bytes] of measured) {
      expect(bytes, shape).toBeGreaterThan(10);
      expect(bytes, shape).toBeLessThan(250);
    }
  });
});

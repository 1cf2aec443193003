import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventType } from "../../../src/log/model/event.js";
import { EventTypeCollection } from "../../../src/log/model/event-type-collection.js";
import type { QueryType } from "../../../src/log/model/query-type.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { propertyOptions } from "../../support/property-options.js";
import { readVectors } from "../vectors.js";
import { allTypes, queryTypeLists, types } from "./arbitrary-types.js";

type Step =
  | { readonly op: "add"; readonly query_types: readonly QueryType[]; readonly value: number }
  | { readonly op: "remove"; readonly value: number }
  | { readonly op: "get"; readonly event_type: EventType; readonly expect: readonly number[] };

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** What there is below the root of a collection; nothing if it is as new. */
function inside(collection: EventTypeCollection<unknown>): unknown[] {
  const { exact, rest, any, literals } = Reflect.get(collection, "root");
  return [exact, rest, any, literals].filter((each) => each !== undefined);
}

describe("a collection", () => {
  it("answers as the vectors say", () => {
    const rows = readVectors<{ name: string; steps: Step[] }>("event_type_collection");
    let gets = 0;
    for (const { name, steps } of rows) {
      const collection = new EventTypeCollection<number>();
      for (const step of steps) {
        if (step.op === "add") collection.add(Subscription.of(step.query_types), step.value);
        else if (step.op === "remove") collection.remove(step.value);
        else {
          gets++;
          expect(sorted(collection.get(step.event_type)), name).toEqual(sorted(step.expect));
        }
      }
    }
    expect([rows.length, gets]).toEqual([42, 403]);
  });

  it("answers like a list of subscriptions, whatever is added and removed", () => {
    const value = fc.nat(5);
    const steps: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ op: fc.constant("add" as const), query_types: queryTypeLists, value }),
      fc.record({ op: fc.constant("remove" as const), value }),
      fc.record({ op: fc.constant("get" as const), event_type: types, expect: fc.constant([]) }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 30, size: "max" }), (list) => {
        const collection = new EventTypeCollection<number>();
        let naive: { value: number; subscription: Subscription }[] = [];
        const expected = (type: EventType) =>
          sorted([
            ...new Set(naive.filter((e) => e.subscription.matches(type)).map((e) => e.value)),
          ]);
        for (const step of list) {
          if (step.op === "get") {
            expect(sorted(collection.get(step.event_type))).toEqual(expected(step.event_type));
          } else if (step.op === "remove") {
            collection.remove(step.value);
            naive = naive.filter(({ value }) => value !== step.value);
          } else {
            const subscription = Subscription.of(step.query_types);
            collection.add(subscription, step.value);
            if (!subscription.isEmpty) naive.push({ value: step.value, subscription });
          }
          expect(collection.size).toBe(new Set(naive.map(({ value }) => value)).size);
        }
        for (const type of allTypes) expect(sorted(collection.get(type))).toEqual(expected(type));
        for (const { value } of naive) collection.remove(value);
        expect(inside(collection)).toEqual([]);
      }),
      propertyOptions(200),
    );
  });

  it("leaves no empty nodes behind when a value goes, and keeps those of others", () => {
    const collection = new EventTypeCollection<string>();
    collection.add(Subscription.of([["a"], ["a", "b", "?", "c"], ["?", "*"]]), "first");
    collection.add(Subscription.of([["a", "b"]]), "second");
    const before = new EventTypeCollection<string>();
    before.add(Subscription.of([["a", "b"]]), "second");
    collection.remove("first");
    expect(Reflect.get(collection, "root")).toEqual(Reflect.get(before, "root"));
    expect(collection.get(["a", "b"])).toEqual(["second"]);
    collection.remove("second");
    collection.remove("never there");
    expect(inside(collection)).toEqual([]);
    expect(collection.size).toBe(0);
  });

  it("gives out lists of its own", () => {
    const collection = new EventTypeCollection<string>();
    collection.add(Subscription.all, "value");
    collection.get([]).push("other");
    expect(collection.get([])).toEqual(["value"]);
  });

  it("looks at no more nodes with many subscriptions than with one", () => {
    const collection = new EventTypeCollection<number>();
    for (let i = 0; i < 2_000; i++) collection.add(Subscription.of([["plant", `line${i}`]]), i);
    let looked = 0;
    const type = new Proxy(["plant", "line7"], {
      get(target, name, receiver) {
        if (name !== "length") looked++;
        return Reflect.get(target, name, receiver);
      },
    });
    expect(collection.get(type)).toEqual([7]);
    expect(looked).toBe(2);
  });

  it("removes a value without looking at others", () => {
    const collection = new EventTypeCollection<number>();
    for (let i = 0; i < 2_000; i++) collection.add(Subscription.of([["plant", `line${i}`]]), i);
    const plant = Reflect.get(collection, "root").literals.get("plant");
    const touched: string[] = [];
    const literals = plant.literals as Map<string, unknown>;
    const drop = literals.delete.bind(literals);
    literals.delete = (segment) => {
      touched.push(segment);
      return drop(segment);
    };
    literals.forEach =
      literals.entries =
      literals.keys =
      literals.values =
        () => {
          throw new Error("all others were looked at");
        };
    collection.remove(1_234);
    expect(touched).toEqual(["line1234"]);
    expect(literals.size).toBe(1_999);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deque } from "../../src/fanout/deque.js";

describe("a deque", () => {
  it("does what an array does", () => {
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.constant("push" as const) },
      { weight: 4, arbitrary: fc.constant("shift" as const) },
      { weight: 1, arbitrary: fc.constant("clear" as const) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400, size: "max" }), (operations) => {
        const deque = new Deque<number | undefined>();
        const array: (number | undefined)[] = [];
        operations.forEach((operation, i) => {
          const item = i % 7 === 0 ? undefined : i;
          if (operation === "push") {
            deque.push(item);
            array.push(item);
          } else if (operation === "shift") {
            expect(deque.shift()).toBe(array.shift());
          } else {
            deque.clear();
            array.length = 0;
          }
          expect(deque.length).toBe(array.length);
          expect(deque.at(0)).toBe(array[0]);
          expect(deque.at(array.length - 1)).toBe(array.at(-1));
          expect(deque.at(array.length)).toBeUndefined();
        });
        expect(array.map((_, i) => deque.at(i))).toEqual(array);
      }),
      { numRuns: 30 },
    );
  });

  it("holds on to nothing that was taken out", () => {
    const deque = new Deque<object>();
    for (let i = 0; i < 6; i++) deque.push({ i });
    deque.shift();
    deque.shift();
    const held = (Reflect.get(deque, "slots") as unknown[]).filter((slot) => slot !== undefined);
    expect(held).toEqual([{ i: 2 }, { i: 3 }, { i: 4 }, { i: 5 }]);
  });

  it("gives back what a burst made it grow to", () => {
    const deque = new Deque<number>();
    for (let i = 0; i < 1_000; i++) deque.push(i);
    for (let i = 0; i < 1_000; i++) deque.shift();
    expect(Reflect.get(deque, "slots")).toEqual([]);
    deque.push(1);
    expect(deque.shift()).toBe(1);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventId } from "../../../src/log/model/event.js";
import {
  compareEventIds,
  formatEventId,
  parseEventId,
  sameEventId,
} from "../../../src/log/model/event-id.js";
import { propertyOptions } from "../../support/property-options.js";

const small = fc.integer({ min: 0, max: 2 });
const part = fc.oneof(small, fc.maxSafeNat());
const ids: fc.Arbitrary<EventId> = fc.record({ server: part, session: part, instance: part });

describe("event ids", () => {
  it("are ordered by server, session and instance", () => {
    const list = [
      { server: 0, session: 9, instance: 9 },
      { server: 1, session: 0, instance: 9 },
      { server: 1, session: 1, instance: 0 },
      { server: 1, session: 1, instance: 1 },
      { server: Number.MAX_SAFE_INTEGER, session: 0, instance: 0 },
    ];
    for (const [i, a] of list.entries()) {
      for (const [j, b] of list.entries()) {
        expect(Math.sign(compareEventIds(a, b))).toBe(Math.sign(i - j));
        expect(sameEventId(a, { ...b })).toBe(i === j);
      }
    }
  });

  it("compare as equal exactly if they are the same, and as texts tell them apart", () => {
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(sameEventId(a, b)).toBe(same);
        expect(compareEventIds(a, b) === 0).toBe(same);
        expect(Math.sign(compareEventIds(a, b))).toBe(0 - Math.sign(compareEventIds(b, a)));
        expect(formatEventId(a) === formatEventId(b)).toBe(same);
      }),
      propertyOptions(1_000),
    );
  });

  it("survive being written as text", () => {
    expect(formatEventId({ server: 1, session: 42, instance: 3 })).toBe("1:42:3");
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseEventId(formatEventId(id))).toEqual(id);
      }),
      propertyOptions(500),
    );
  });

  it.each([
    "",
    "1:2",
    "1:2:3:4",
    "1:2:",
    " 1:2:3",
    "1:2:3\n",
    "-1:2:3",
    "1:02:3",
    "1:2:3.0",
    "1:2e3:3",
    "0x1:2:3",
    "1:2:9007199254740992",
    "a:b:c",
  ])("are not made of %j", (text) => {
    expect(() => parseEventId(text)).toThrow(expect.objectContaining({ code: "event_id_invalid" }));
  });
});

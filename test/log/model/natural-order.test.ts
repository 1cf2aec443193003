import { expect, test } from "vitest";
import type { EventId } from "../../../src/log/model/event.js";
import { compareNaturally } from "../../../src/log/model/natural-order.js";
import { readVectors, timestampOf, type VectorTimestamp } from "../vectors.js";

interface VectorEvent {
  readonly id: EventId;
  readonly timestamp: VectorTimestamp;
}

interface Row {
  readonly first: VectorEvent;
  readonly second: VectorEvent;
  readonly first_lt_second: boolean;
  readonly first_gt_second: boolean;
}

const eventOf = ({ id, timestamp }: VectorEvent) => ({ id, timestamp: timestampOf(timestamp) });

test("the natural order is that of the vectors", () => {
  const rows = readVectors<Row>("event_natural_order");
  expect(rows.length).toBe(64);
  for (const row of rows) {
    const order = compareNaturally(eventOf(row.first), eventOf(row.second));
    expect([order < 0, order > 0], JSON.stringify(row)).toEqual([
      row.first_lt_second,
      row.first_gt_second,
    ]);
  }
});

test("ids decide within a server, whatever its clock said", () => {
  const early = {
    id: { server: 1, session: 7, instance: 1 },
    timestamp: timestampOf({ s: 9, us: 0 }),
  };
  const late = {
    id: { server: 1, session: 8, instance: 1 },
    timestamp: timestampOf({ s: 5, us: 0 }),
  };
  expect(compareNaturally(early, late)).toBeLessThan(0);
  expect(compareNaturally(late, early)).toBeGreaterThan(0);
  expect(compareNaturally(late, late)).toBe(0);
});

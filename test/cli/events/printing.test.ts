import { expect, test } from "vitest";
import { EventTable } from "../../../src/cli/events/event-table.js";
import { timeArgument } from "../../../src/cli/events/time-argument.js";
import type { Event } from "../../../src/log/model/event.js";
import { timestampToIso } from "../../../src/log/model/timestamp-date.js";

const event = (values: Partial<Event> = {}): Event => ({
  id: { server: 1, session: 2, instance: 3 },
  type: ["plant", "temp"],
  timestamp: { seconds: 0n, micros: 0 },
  ...values,
});

test("a table has its columns below each other, as wide as they were up to now", () => {
  const table = new EventTable(undefined);
  const rows = [
    event({ payload: { json: { a: 1 } } }),
    event({ type: ["a"], stream: { key: "k", version: 2 }, payload: { json: "x" } }),
    event({ payload: { binary: { type: "t", data: new Uint8Array(5) } } }),
  ];
  expect(table.rows(rows)).toEqual([
    '1970-01-01T00:00:00.000000Z  1:2:3  plant/temp  {"a":1}',
    '1970-01-01T00:00:00.000000Z  1:2:3  a           k@2  "x"',
    "1970-01-01T00:00:00.000000Z  1:2:3  plant/temp  t (5 bytes)",
  ]);
  expect(table.rows([event({ type: ["b"] })])).toEqual(["1970-01-01T00:00:00.000000Z  1:2:3  b"]);
});

test("lines are cut where the terminal ends, and move no cursor", () => {
  const table = new EventTable(60);
  const [line] = table.rows([event({ payload: { json: "x".repeat(99) } })]);
  expect(line).toHaveLength(60);
  expect(line).toMatch(/xx…$/);
  const [nasty] = new EventTable(undefined).rows([event({ type: ["a\u001b[2J\u009b"] })]);
  expect(nasty).toMatch(/a\ufffd\[2J\ufffd$/);
});

const now = Date.parse("2026-11-21T12:00:00Z");

test.each([
  ["90s", "2026-11-21T11:58:30.000000Z"],
  ["15m", "2026-11-21T11:45:00.000000Z"],
  ["1h", "2026-11-21T11:00:00.000000Z"],
  ["7d", "2026-11-14T12:00:00.000000Z"],
  ["2w", "2026-11-07T12:00:00.000000Z"],
  ["2026-11-20", "2026-11-20T00:00:00.000000Z"],
  ["2026-11-20T10:00:00.5+01:00", "2026-11-20T09:00:00.500000Z"],
])("the time %s is %s", (text, iso) => {
  expect(timestampToIso(timeArgument("--from", text, now))).toBe(iso);
});

test.each(["", "1", "h", "-1h", "1y", "yesterday", "2026-02-30", "2026-11-20T10:00:00"])(
  "there is no time %j",
  (text) => {
    expect(() => timeArgument("--from", text, now)).toThrow(/^--from is no time/);
  },
);

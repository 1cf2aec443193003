import { EventLog, memory, type NewEvent } from "sluice/events";
import { describe, expect, it } from "vitest";
import { importReadings } from "../../../examples/sensor-log/import-readings.js";

/** Three batches, the last of them not full. */
const readings: NewEvent[] = Array.from({ length: 1_234 }, (_, i) => ({
  type: ["weather", "here", i % 2 === 0 ? "temp" : "wind"],
  sourceTimestamp: { seconds: BigInt(i), micros: 0 },
  payload: { json: { value: i } },
}));

const openLog = () => EventLog.open({ storage: memory() });

/** The values in the order in which they were stored. */
async function stored(log: EventLog): Promise<unknown[]> {
  const { events } = await log.queryTimeseries({ order: "ascending" });
  return events.map(({ payload }) => payload && "json" in payload && payload.json);
}

const all = readings.map((_, value) => ({ value }));

it("stores everything once, in order, and tells how far it is", async () => {
  await using log = await openLog();
  const progress: number[] = [];
  expect(await importReadings(log, "a", readings, (count) => progress.push(count))).toBe(1_234);
  expect(progress).toEqual([0, 500, 1_000, 1_234]);
  expect(await stored(log)).toEqual(all);
});

it("stores nothing the second time", async () => {
  await using log = await openLog();
  await importReadings(log, "a", readings);
  const progress: number[] = [];
  expect(await importReadings(log, "a", readings, (count) => progress.push(count))).toBe(0);
  expect(progress).toEqual([1_234]);
  expect(await stored(log)).toEqual(all);
});

it("keeps files apart", async () => {
  await using log = await openLog();
  await importReadings(log, "a", readings.slice(0, 600));
  expect(await importReadings(log, "b", readings.slice(600))).toBe(634);
  expect(await stored(log)).toEqual(all);
});

it("stores what has been added to the end of a file", async () => {
  await using log = await openLog();
  await importReadings(log, "a", readings.slice(0, 700));
  expect(await importReadings(log, "a", readings)).toBe(534);
  expect(await stored(log)).toEqual(all);
});

describe.each([1, 2, 3])("interrupted at batch %i", (failing) => {
  it.each([
    { when: "before it is stored", isStored: false },
    { when: "after it is stored, before that is known", isStored: true },
  ])("goes on where it was: $when", async ({ isStored }) => {
    await using log = await openLog();
    let batches = 0;
    const interrupted: Pick<EventLog, "append" | "readStream"> = {
      readStream: (query) => log.readStream(query),
      append: async (...args) => {
        batches++;
        if (batches < failing) return log.append(...args);
        if (isStored) await log.append(...args);
        throw new Error("the power is out");
      },
    };
    await expect(importReadings(interrupted, "a", readings)).rejects.toThrow("the power is out");
    const before = Math.min(1_234, (isStored ? failing : failing - 1) * 500);
    expect(await stored(log)).toHaveLength(before);
    expect(await importReadings(log, "a", readings)).toBe(1_234 - before);
    expect(await stored(log)).toEqual(all);
  });
});

it("lets one of two at a time win, and nothing is there twice", async () => {
  await using log = await openLog();
  const both = [importReadings(log, "a", readings), importReadings(log, "a", readings)];
  const outcomes = await Promise.allSettled(both);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const lost = outcomes.find((outcome) => outcome.status === "rejected");
  expect(lost?.reason).toMatchObject({ code: "version_conflict" });
  expect(await stored(log)).toEqual(all);
});

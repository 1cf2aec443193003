import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventLog, lmdb, type NewEvent } from "sluice/events";
import { expect, onTestFinished, test } from "vitest";
import { AppendLoad, acknowledged } from "../../bench/log/append/append-load.js";
import { checkLog } from "../../bench/log/append/check-log.js";
import * as counted from "../../bench/log/append/counted.js";
import * as grown from "../../bench/log/append/grown.js";
import * as rawLmdb from "../../bench/log/append/lmdb.js";
import * as sluice from "../../bench/log/append/sluice.js";
import type { Store } from "../../bench/log/append/store.js";
import { newEvent, typeOf } from "../../bench/log/events.js";
import { useBenchData } from "./bench-data.js";

useBenchData();

const one = { inFlight: 8, perAppend: 1 };
const hundred = { inFlight: 2, perAppend: 100 };

test.each([
  ["raw lmdb", () => rawLmdb.createLoad("", one), 1],
  ["raw lmdb, in batches", () => rawLmdb.createLoad("", hundred), 100],
  ["the log", () => sluice.createLoad("", one), 1],
  ["the log, in batches", () => sluice.createLoad("", hundred), 100],
  ["the log on a storage that counts", () => counted.createLoad("", one), 1],
  ["a log that has events", () => grown.createLoad("", { events: 300, inFlight: 8 }), 1],
])("appends to %s are counted, and read again", async (_, createLoad, perAppend) => {
  const load = createLoad();
  for (let round = 0; round < 2; round++) {
    await load.open();
    const { operations, measured } = await load.run(0.02);
    expect(operations).toBeGreaterThanOrEqual(perAppend);
    expect(operations % perAppend).toBe(0);
    expect(measured?.[acknowledged]).toBeGreaterThan(0);
    await load.close();
  }
});

test("a store that fails, or loses what it has acknowledged, fails the load", async () => {
  let stored = 0;
  const store: Store = {
    first: 0,
    async append(number) {
      if (number !== 3) stored++;
    },
    async finish() {},
    async verify(end) {
      expect(stored).toBe(end);
    },
  };
  const losing = new AppendLoad(async () => store, one);
  await losing.open();
  await losing.run(0.001);
  await expect(losing.close()).rejects.toThrow();

  const failing = { ...store, append: () => Promise.reject(new Error("the disk is full")) };
  const load = new AppendLoad(async () => failing, one);
  await load.open();
  await expect(load.run(60)).rejects.toThrow("the disk is full");
});

/** A log with these events, each appended by itself. */
async function logOf(events: readonly NewEvent[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-log-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const log = await EventLog.open({ storage: lmdb(directory) });
  for (const event of events) await log.append([event]);
  await log.close();
  return directory;
}

const ten = Array.from({ length: 10 }, (_, number) => newEvent(number));
const of = (end: number, first = 0) => ({ first, end, perAppend: 1 });

test("a log with all of its events passes, also from a later one on", async () => {
  const directory = await logOf(ten);
  await checkLog(directory, of(10));
  await checkLog(directory, of(10, 7));
});

test.each<[string, readonly NewEvent[], RegExp]>([
  ["lacks the last event", ten.slice(0, 9), /events: 9 instead of 10/],
  ["lacks one in between", ten.toSpliced(4, 1), /payload of event 5 instead of 4/],
  ["has one twice", ten.toSpliced(4, 0, newEvent(4)), /payload of event 4 instead of 5/],
  ["has one too many", [...ten, newEvent(10)], /events: 11 instead of 10/],
  ["has two in the wrong order", ten.with(3, newEvent(4)).with(4, newEvent(3)), /event 4 instead/],
  ["has one by another type", ten.with(0, { ...newEvent(0), type: typeOf(500) }), /type 0/],
  ["has one in another stream", ten.with(0, { ...newEvent(0), streamKey: "x" }), /device-0/],
])("a log that %s does not pass", async (_, events, problem) => {
  await expect(checkLog(await logOf(events), of(10))).rejects.toThrow(problem);
});

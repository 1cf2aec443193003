import { EventLog, lmdb } from "sluice/events";
import { expect, test } from "vitest";
import { newEvent } from "../../bench/log/events.js";
import * as byKey from "../../bench/log/read/by-key.js";
import * as catchUp from "../../bench/log/read/catch-up-in-process.js";
import { type Reader, Reading } from "../../bench/log/read/reading.js";
import * as timeseries from "../../bench/log/read/timeseries.js";
import { storedLog } from "../../bench/log/stored.js";
import { useBenchData } from "./bench-data.js";

useBenchData();

/** Some types have two events, others three. */
const events = 2_500;

test.each([
  ["by type", () => timeseries.createLoad("", { events })],
  ["by key", () => byKey.createLoad("", { events })],
])("the newest of a type are read %s", async (_, createLoad) => {
  const load = createLoad();
  await load.open();
  expect((await load.run(0.02)).operations).toBeGreaterThan(0);
  await load.close();
});

test("everything is read by a subscription", async () => {
  const load = catchUp.createLoad("", { events });
  await load.open();
  expect((await load.run(0.001)).operations).toBe(events);
  await load.close();
  const wrong = catchUp.createLoad("", { events: events + 1 });
  // It looks for a log of this size, and is given another one.
  await using log = await EventLog.open({ storage: lmdb(await storedLog(events + 1)) });
  await log.append([newEvent(0)]);
  await log.close();
  await wrong.open();
  await expect(wrong.run(0.001)).rejects.toThrow("payload of event 0 instead of");
  await wrong.close();
});

test.each<[string, (found: Found) => Found, RegExp]>([
  ["one too few", (found) => found.slice(1), /session|events of a type/],
  ["none", () => [], /events of a type: 0 instead of/],
  ["them in the wrong order", (found) => found.toReversed(), /session/],
  ["one twice", (found) => found.with(1, found[0] as Found[number]), /session/],
])("a reader that finds %s fails the load", async (_, change, problem) => {
  const log = await EventLog.open({ storage: lmdb(await storedLog(events)) });
  const reader: Reader = {
    events,
    async read() {
      const { events: found } = await log.queryTimeseries({
        types: [newEvent(337).type],
        limit: 100,
      });
      return change(found);
    },
    close: () => log.close(),
  };
  const load = new Reading(async () => reader);
  await load.open();
  await expect(load.run(60)).rejects.toThrow(problem);
  await load.close();
});

type Found = Awaited<ReturnType<Reader["read"]>>;

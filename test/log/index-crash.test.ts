import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { JournalStorage } from "./verify/journal-storage.js";

/** A crash that leaves nothing of what was only written: it was not flushed. */
const unflushed = 0;

test("events are found by type after a clean-up and a crash", async () => {
  const storage = new JournalStorage();
  const log = await EventLog.open({ storage, limits: { maxUnindexedEvents: 1_500 } });
  const types = [["a"], ["b"], ["c"]];
  // So many that a part of the index is written before the clean-up.
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 500 }, (_, i) => log.append([{ type: types[i % 3]! }])));
  }
  await log.cleanUp();
  const crashed = await storage.crashed(1, unflushed);
  await log.close();
  await using again = await EventLog.open({ storage: crashed });
  const counts = types.map(async (type) => {
    let found = 0;
    for (let cursor: string | undefined; ; ) {
      const page = await again.queryTimeseries({ types: [type], cursor });
      found += page.events.length;
      cursor = page.cursor;
      if (cursor === undefined) return found;
    }
  });
  expect(await Promise.all(counts)).toEqual([1_670, 1_670, 1_660]);
});

test("ids are not used again after a clean-up that left nothing, and a crash", async () => {
  const storage = new JournalStorage();
  const options = { retention: [{ types: [["*"]], maxEntries: 0 }], latest: { types: [] } };
  const log = await EventLog.open({ storage, ...options });
  for (let i = 0; i < 3; i++) await log.append([{ type: ["a"], streamKey: "s" }]);
  expect(await log.cleanUp()).toEqual({ removed: 3, released: 0 });
  const crashed = await storage.crashed(1, unflushed);
  await log.close();
  await using again = await EventLog.open({ storage: crashed, ...options });
  const { events } = await again.append([{ type: ["a"], streamKey: "s" }]);
  expect(events[0]).toMatchObject({ id: { session: 4 }, stream: { version: 4 } });
});

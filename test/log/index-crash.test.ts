import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { lmdb } from "../../src/log/storage/lmdb.js";
import { temporaryDirectory } from "./storage/places.js";
import { imageOf } from "./storage/wal-images.js";

/** Nothing goes from the write-ahead log to LMDB by itself. */
const unapplied = { writeAhead: { applyAfterMs: 2 ** 30, maxUnapplied: 2 ** 30 } };

test("events are found by type after a clean-up and a crash", async () => {
  await using directory = await temporaryDirectory();
  await using log = await EventLog.open({ storage: lmdb(directory.path, unapplied) });
  const types = [["a"], ["b"], ["c"]];
  // So many that a part of the index is written before the clean-up.
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 500 }, (_, i) => log.append([{ type: types[i % 3]! }])));
  }
  await log.cleanUp();
  await using image = await imageOf(directory.path);
  await using again = await EventLog.open({ storage: lmdb(image.path) });
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

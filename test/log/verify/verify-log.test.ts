import { expect, test } from "vitest";
import { EventLog } from "../../../src/log/event-log.js";
import { timestampFromSeconds } from "../../../src/log/model/timestamp.js";
import { lmdb } from "../../../src/log/storage/lmdb.js";
import { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import type { Storage } from "../../../src/log/storage/storage.js";
import { sessionKey, tables } from "../../../src/log/tables.js";
import type { VerifyProgress } from "../../../src/log/verify/verify-context.js";
import { verifyLog } from "../../../src/log/verify/verify-log.js";
import { temporaryDirectory } from "../storage/places.js";
import { imageOf } from "../storage/wal-images.js";
import { change } from "./damage.js";

const unavailable = { name: "SluiceError", code: "storage_unavailable" };

async function fill(storage: Storage, sessions: number): Promise<EventLog> {
  const log = await EventLog.open({ storage });
  const events = [{ type: ["a"] }, { type: ["b"], streamKey: "s" }];
  await Promise.all(Array.from({ length: sessions }, () => log.append(events)));
  return log;
}

test("verifies a directory of LMDB: as it is closed, and as a crash leaves it", async () => {
  await using directory = await temporaryDirectory();
  const log = await fill(lmdb(directory.path), 3_000);
  await using image = await imageOf(directory.path);
  expect(await verifyLog(lmdb(image.path))).toMatchObject({
    records: 3_000,
    events: 6_000,
    unindexed: 3_000,
    found: 0,
  });
  await log.close();
  expect(await verifyLog(lmdb(directory.path, { writeAhead: false }))).toMatchObject({
    records: 3_000,
    unindexed: 0,
    found: 0,
  });
});

test("a log that was closed has all of its sessions in the index", async () => {
  const storage = new MemoryStorage();
  const log = await EventLog.open({ storage });
  // So much that the index is being written when the last of them comes.
  const event = { type: ["a"], sourceTimestamp: timestampFromSeconds(7) };
  const events = Array.from({ length: 9_000 }, () => event);
  for (let i = 0; i < 5; i++) await log.append(events);
  await log.close();
  expect(await verifyLog(storage)).toMatchObject({ records: 5, unindexed: 0, found: 0 });
});

test("refuses a log that is open, and a storage without one; leaves both as they were", async () => {
  await using directory = await temporaryDirectory();
  const log = await fill(lmdb(directory.path), 1);
  await expect(verifyLog(lmdb(directory.path))).rejects.toMatchObject(unavailable);
  await log.append([{ type: ["a"] }]);
  await log.close();
  expect(await verifyLog(lmdb(directory.path))).toMatchObject({ records: 2, found: 0 });

  const empty = new MemoryStorage();
  await expect(verifyLog(empty)).rejects.toMatchObject(unavailable);
  await expect(verifyLog(empty)).rejects.toThrow("There is no event log");
});

test("tells how far it is, part by part, and how much there is", async () => {
  const storage = new MemoryStorage();
  const log = await fill(storage, 3_000);
  await log.close();
  const seen: VerifyProgress[] = [];
  await verifyLog(storage, { onProgress: (progress) => seen.push(progress) });
  expect([...new Set(seen.map(({ part }) => part))]).toEqual([
    "records",
    "types",
    "source times",
    "streams",
    "last events",
    "idempotency keys",
  ]);
  const records = seen.filter(({ part }) => part === "records").map(({ done }) => done);
  expect(records.length).toBeGreaterThan(3);
  expect(records).toEqual(records.toSorted((a, b) => a - b));
  expect(seen.filter(({ part }) => part === "records").every(({ total }) => total === 3_000)).toBe(
    true,
  );
  expect(seen.findLast(({ part }) => part === "types")).toMatchObject({
    done: 6_000,
    total: 6_000,
  });
});

test("ends when nobody wants it any more, and gives the storage free", async () => {
  const storage = new MemoryStorage();
  await (await fill(storage, 3_000)).close();
  const abort = new AbortController();
  const verified = verifyLog(storage, {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error("enough")),
  });
  await expect(verified).rejects.toThrow("enough");
  expect(await verifyLog(storage)).toMatchObject({ found: 0 });
});

test("lists some of what is wrong and counts the rest", async () => {
  const storage = new MemoryStorage();
  await (await fill(storage, 20)).close();
  const value = Buffer.from("damaged");
  await change(
    storage,
    Array.from({ length: 20 }, (_, i) => ({
      table: tables.sessions,
      key: sessionKey(1, i + 1),
      value,
    })),
  );
  const { findings, found } = await verifyLog(storage, { maxFindings: 3 });
  expect(findings.map(({ place }) => place)).toEqual(["session 1:1", "session 1:2", "session 1:3"]);
  expect(found).toBe(20);
});

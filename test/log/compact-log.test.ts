import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CompactProgress, compactLog } from "../../src/log/compact-log.js";
import { EventLog } from "../../src/log/event-log.js";
import { lmdb } from "../../src/log/storage/lmdb.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { haveSameEntries } from "../../src/log/storage/same-entries.js";
import { verifyLog } from "../../src/log/verify/verify-log.js";
import { plain } from "./plain.js";
import { temporaryDirectory } from "./storage/places.js";
import { imageOf } from "./storage/wal-images.js";

const retention = [{ types: [["*"]], maxEntries: 20 }];

/** A log of which most was removed. */
async function fill(directory: string): Promise<EventLog> {
  const log = await EventLog.open({ storage: lmdb(directory), retention });
  for (let i = 0; i < 300; i++) {
    const event = { type: ["a", `${i % 3}`], streamKey: `s${i % 5}` };
    await log.append([{ ...event, payload: { json: "x".repeat(i % 20 === 0 ? 20_000 : 200) } }]);
  }
  await log.cleanUp();
  return log;
}

async function eventsIn(directory: string): Promise<string[]> {
  await using log = await EventLog.open({ storage: lmdb(directory), retention });
  return (await log.queryServer({ server: 1 })).events.map(plain);
}

test("a copy is smaller and has the same, also of what a crash left; the log stays as it is", async () => {
  await using from = await temporaryDirectory();
  await using to = await temporaryDirectory();
  const log = await fill(from.path);
  await using crashed = await imageOf(from.path);
  await log.close();
  const told: CompactProgress[] = [];
  const onProgress = (progress: CompactProgress) => told.push(progress);
  const closed = await compactLog(from.path, join(to.path, "new/closed"), { onProgress });
  expect(closed.bytesAfter).toBeLessThan(closed.bytesBefore / 2);
  await compactLog(crashed.path, join(to.path, "crashed"));
  const expected = await eventsIn(from.path);
  expect(expected.length).toBeGreaterThanOrEqual(20);
  for (const directory of ["new/closed", "crashed"].map((each) => join(to.path, each))) {
    expect(await verifyLog(lmdb(directory))).toMatchObject({ found: 0 });
    expect(await eventsIn(directory)).toEqual(expected);
    await using copied = await EventLog.open({ storage: lmdb(directory), retention });
    const { events } = await copied.append([{ type: ["z"], streamKey: "s0" }]);
    expect(events[0]).toMatchObject({ id: { session: 301 }, stream: { version: 61 } });
  }
  expect([...new Set(told.map(({ part }) => part))]).toEqual(["copying", "comparing"]);
  expect(told.every(({ done, total }) => done <= total)).toBe(true);
  const { done, total } = told.at(-1)!;
  expect(done).toBe(total);
});

test("refuses a log in use, none at all, and a directory with something in it", async () => {
  await using from = await temporaryDirectory();
  await using to = await temporaryDirectory();
  const unavailable = (text: RegExp) => ({
    code: "storage_unavailable",
    message: expect.stringMatching(text),
  });
  const target = join(to.path, "copy");
  const log = await fill(from.path);
  const inUse = compactLog(from.path, target);
  await expect(inUse).rejects.toMatchObject(unavailable(/in use/));
  await log.append([{ type: ["a"] }]);
  await log.close();
  await expect(compactLog(target, `${target}2`)).rejects.toMatchObject(unavailable(/no event log/));
  expect(await readdir(to.path)).toEqual([]);
  await mkdir(target);
  await writeFile(join(target, "file"), "mine");
  await expect(compactLog(from.path, target)).rejects.toMatchObject(unavailable(/is not empty/));
  expect(await readdir(target)).toEqual(["file"]);
});

test("leaves nothing behind when nobody wants it any more", async () => {
  await using from = await temporaryDirectory();
  await using to = await temporaryDirectory();
  await (await fill(from.path)).close();
  const abort = new AbortController();
  const { signal } = abort;
  const onProgress = ({ part }: CompactProgress) => {
    if (part === "comparing") abort.abort(new Error("enough"));
  };
  const target = join(to.path, "copy");
  await expect(compactLog(from.path, target, { onProgress, signal })).rejects.toThrow("enough");
  expect(await readdir(to.path)).toEqual([]);
  expect(await verifyLog(lmdb(from.path))).toMatchObject({ found: 0 });
});

test.each([
  ["another value", [{ table: 1, key: Buffer.from("500"), value: Buffer.of(9) }]],
  ["one entry less", [{ table: 1, key: Buffer.from("2999"), value: undefined }]],
  ["one entry more", [{ table: 1, key: Buffer.from("zzz"), value: Buffer.of(9) }]],
  ["one in a table that is empty", [{ table: 2, key: Buffer.from("a"), value: Buffer.of(9) }]],
])("tells two storages apart by %s", async (_, changes) => {
  const [one, other] = [new MemoryStorage(), new MemoryStorage()];
  for (const storage of [one, other]) {
    await storage.open(3);
    for (let i = 0; i < 3_000; i++) {
      await storage.commit([{ table: i % 2, key: Buffer.from(`${i}`), value: Buffer.of(i) }]);
    }
  }
  const entries: number[] = [];
  expect(await haveSameEntries(one, other, 3, (count) => entries.push(count))).toBe(true);
  expect(entries.reduce((sum, count) => sum + count, 0)).toBe(3_000);
  await other.commit(changes);
  expect(await haveSameEntries(one, other, 3, () => {})).toBe(false);
  expect(await haveSameEntries(other, one, 3, () => {})).toBe(false);
});

import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { reasonOf } from "../../../src/log/storage/lmdb-failure.js";
import { Random } from "../../soak/random.js";
import { gate, turns } from "../../support/signals.js";
import { smallDisk, whyNot } from "./mounts.js";
import { changesOf, commitsIn, tableCount } from "./numbered-commits.js";
import { StorageVictim } from "./storage-victim.js";

const program = await StorageVictim.compiled();
afterAll(() => program[Symbol.asyncDispose]());

const run = promisify(execFile);
const mib = 2 ** 20;
const pageBytes = 4_096;
const reason = await whyNot(() => smallDisk(mib), "tests of full disks");

/** How many disks of each kind are filled; `CRASH_SEED` repeats with what. */
const disks = Number(process.env.CRASHES ?? 3);
const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));

const kinds: [string, LmdbOptions, diskBytes: number][] = [
  ["lmdb", { writeAhead: false }, 4 * mib],
  ["lmdb behind a write-ahead log", {}, 16 * mib],
  [
    "lmdb behind a write-ahead log of small segments",
    { writeAhead: { segmentBytes: 65_536 } },
    4 * mib,
  ],
  [
    "lmdb behind a write-ahead log, which takes it all",
    { writeAhead: { applyAfterMs: 2 ** 30, maxUnapplied: 2 ** 30, segmentBytes: mib } },
    4 * mib,
  ],
];

describe.skipIf(reason !== undefined).each(kinds)("%s on a full disk", (_, options, bytes) => {
  test("fails commits, goes on reading, and has everything acknowledged when there is space again", async () => {
    await using disk = await smallDisk(bytes);
    const victim = new StorageVictim(program, disk.path, options);
    await victim.end();
    const last = victim.acknowledged.at(-1)!;
    expect(victim.said).toEqual([
      "open 0",
      expect.stringMatching(/^failed storage_failed .*The disk is full.*: free some space/),
      // Those that were not waited for may be there too.
      expect.stringMatching(/^reads \d+$/),
      "closed",
    ]);
    expect(Number(victim.said[2]!.split(" ")[1])).toBeGreaterThanOrEqual(last);

    // What did not fit does not take the space that is left.
    const files = await readdir(disk.path, { recursive: true });
    expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);

    await disk.resize(64 * mib);
    const storage = lmdb(disk.path, options);
    await storage.open(tableCount);
    const found = await commitsIn(storage);
    expect(victim.acknowledged.filter((number) => !found.has(number))).toEqual([]);
    const next = Math.max(...found) + 1;
    await storage.commit(changesOf(next));
    await storage.close();
    await storage.open(tableCount);
    expect((await commitsIn(storage)).has(next)).toBe(true);
    await storage.close();
  }, 60_000);

  test(`goes on reading, and closes, however full it was (${disks} times)`, async () => {
    const random = new Random(seed);
    for (let round = 0; round < disks; round++) {
      await using disk = await smallDisk(bytes / 2 + random.below(bytes / 4));
      const storage = lmdb(disk.path, options);
      await storage.open(1);
      const largest = random.pick([300, 5_000, 50_000]);
      let last = 0;
      const fill = async () => {
        for (;;) {
          const value = Buffer.alloc(1 + random.below(largest), last % 256);
          await storage.commit([{ table: 0, key: keyOf(last), value }]);
          last++;
        }
      };
      await expect(fill()).rejects.toMatchObject({
        code: "storage_failed",
        message: expect.stringContaining("The disk is full"),
      });
      const [value] = await storage.get(0, [keyOf(last - 1)]);
      expect(value?.[0]).toBe((last - 1) % 256);
      await storage.close();
    }
  }, 60_000);

  test("says so when there is no space to open it", async () => {
    await using disk = await smallDisk(16_384);
    await expect(lmdb(disk.path, options).open(tableCount)).rejects.toMatchObject({
      name: "SluiceError",
      code: "storage_unavailable",
      message: expect.stringContaining("The disk is full: free some space."),
    });
  });
});

test.skipIf(reason !== undefined)("lmdb says what LMDB itself has failed with", async () => {
  await using disk = await smallDisk(8 * mib);
  const storage = lmdb(disk.path, { writeAhead: false });
  await storage.open(1);
  const [first, second] = [2 ** 19, 2 ** 16].map((bytes, i) => {
    return { table: 0, key: keyOf(i), value: Buffer.alloc(bytes, 1) };
  });
  await storage.commit([first!]);
  // The space that was made for it is gone, but for one page: as on a disk that breaks.
  const file = join(disk.path, "data.mdb");
  const { length } = await readFile(file);
  const used = pageBytes * Math.ceil((await readFile(file)).findLastIndex(Boolean) / pageBytes);
  await run("fallocate", ["-p", "-o", `${used}`, "-l", `${length - used}`, file]);
  await using filler = await open(join(disk.path, "filler"), "w");
  await expect(filler.writeFile(Buffer.alloc(8 * mib))).rejects.toMatchObject({ code: "ENOSPC" });
  await filler.truncate((await filler.stat()).size - pageBytes);
  await expect(storage.commit([second!])).rejects.toMatchObject({
    code: "storage_failed",
    message: expect.stringContaining("The disk is full, or it is failing"),
  });
  expect(await storage.get(0, [keyOf(0), keyOf(1)])).toEqual([first!.value, undefined]);
  await storage.close();
});

test("what LMDB has failed with need not be known, or not at once", async () => {
  const failure = new Error("Commit failed");
  const never = new Promise<never>(() => {});
  expect(await reasonOf(failure)).toBe(failure);
  expect(await reasonOf(Object.assign(failure, { commitError: never }))).toBe(failure);
  const reason = new Error("No space left on device");
  const known = Promise.reject(reason);
  expect(await reasonOf(Object.assign(failure, { commitError: known }))).toBe(reason);
  const late = gate<never>();
  const commitError = late.opened.finally(() => {});
  expect(await reasonOf(Object.assign(failure, { commitError }))).toBe(failure);
  // An unhandled rejection would fail the test.
  late.fail(reason);
  await turns();
});

function keyOf(number: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(number);
  return key;
}

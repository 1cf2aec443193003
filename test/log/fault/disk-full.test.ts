import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { smallDisk, whyNot } from "./mounts.js";
import { changesOf, commitsIn, tableCount } from "./numbered-commits.js";
import { Victim } from "./victim.js";

const mib = 2 ** 20;
const reason = await whyNot(() => smallDisk(mib), "tests of full disks");

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
    const victim = new Victim(disk.path, options);
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

  test("says so when there is no space to open it", async () => {
    await using disk = await smallDisk(16_384);
    await expect(lmdb(disk.path, options).open(tableCount)).rejects.toMatchObject({
      name: "SluiceError",
      code: "storage_unavailable",
      message: expect.stringContaining("The disk is full: free some space."),
    });
  });
});

import { randomInt } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { Random } from "../../soak/random.js";
import { imageDisk, whyNot } from "./mounts.js";
import { commitsIn, tableCount } from "./numbered-commits.js";
import { StorageVictim } from "./storage-victim.js";

const program = await StorageVictim.compiled();
afterAll(() => program[Symbol.asyncDispose]());

/** `POWER_CUTS` of each kind. */
const cuts = Number(process.env.POWER_CUTS ?? 2);
const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const diskBytes = 512 * 2 ** 20;
const reason = await whyNot(() => imageDisk(16 * 2 ** 20), "tests of power cuts");

const kinds: [string, LmdbOptions][] = [
  ["lmdb", { writeAhead: false }],
  ["lmdb behind a write-ahead log", {}],
  [
    "lmdb behind a write-ahead log of small segments, applied at once",
    { writeAhead: { segmentBytes: 2 ** 18, applyAfterMs: 0 } },
  ],
];

describe.skipIf(reason !== undefined).each(kinds)("%s, without power", (_, options) => {
  test(
    `has what it acknowledged, in order and whole (${cuts} times, CRASH_SEED=${seed})`,
    async () => {
      const random = new Random(seed);
      const acknowledged: number[] = [];
      let disk = await imageDisk(diskBytes);
      for (let cut = 1; cut <= cuts; cut++) {
        // It goes on from what the last cut left.
        await using before = disk;
        const victim = new StorageVictim(program, before.path, options);
        await victim.hasCommitted(500 + random.below(20_000));
        await victim.kill();
        // Else it would do again what was lost.
        expect(victim.openedWith).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged.slice(-64)));
        acknowledged.push(...victim.acknowledged);
        disk = await before.cut();
      }
      await using left = disk;
      const storage = lmdb(left.path, options);
      await storage.open(tableCount);
      try {
        const found = await commitsIn(storage);
        expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
      } finally {
        await storage.close();
      }
    },
    cuts * 60_000,
  );
});

import { randomInt } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { Random } from "../../soak/random.js";
import { temporaryDirectory } from "../storage/places.js";
import { commitsIn, tableCount } from "./numbered-commits.js";
import { StorageVictim } from "./storage-victim.js";

const program = await StorageVictim.compiled();
afterAll(() => program[Symbol.asyncDispose]());

/** `CRASHES` of each kind; `CRASH_SEED` repeats when they happen and with which options. */
const crashes = Number(process.env.CRASHES ?? 10);
const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));

describe.each([
  ["lmdb", (): LmdbOptions => ({ writeAhead: false })],
  ["lmdb behind a write-ahead log", anyWriteAhead],
] as const)("%s, killed again and again", (_, options) => {
  test(
    `has what it acknowledged, in order and whole (${crashes} times, CRASH_SEED=${seed})`,
    async () => {
      const random = new Random(seed);
      await using directory = await temporaryDirectory();
      const acknowledged: number[] = [];
      for (let crash = 1; crash <= crashes; crash++) {
        const chosen = options(random);
        const victim = new StorageVictim(program, directory.path, chosen);
        // Mostly early, now and then late.
        await victim.hasCommitted(1 + Math.floor(10_000 * random.next() ** 3));
        await victim.kill();
        // Else it would do again what was lost.
        expect(victim.openedWith).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged.slice(-64)));
        acknowledged.push(...victim.acknowledged);
        // Now and then the next victim is the one that recovers; it checks too.
        if (crash < crashes && random.chance(50)) continue;
        const storage = lmdb(directory.path, chosen);
        await storage.open(tableCount);
        try {
          const found = await commitsIn(storage);
          expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
        } finally {
          await storage.close();
        }
      }
    },
    crashes * 20_000,
  );
});

function anyWriteAhead(random: Random): LmdbOptions {
  return {
    writeAhead: {
      segmentBytes: random.pick([65_536, 2 ** 20, 2 ** 24]),
      applyAfterMs: random.pick([0, 20, 1_000]),
      maxUnapplied: random.pick([100, 65_536]),
    },
  };
}

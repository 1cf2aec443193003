import { randomInt } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { EventLog } from "../../../src/log/event-log.js";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { Random } from "../../soak/random.js";
import { temporaryDirectory } from "../storage/places.js";
import { CleaningWitness, retention } from "./cleaning-witness.js";
import { LogVictim } from "./log-victim.js";
import { isHeavy } from "./planned-appends.js";
import { Witness } from "./witness.js";

const program = await LogVictim.compiled();
afterAll(() => program[Symbol.asyncDispose]());

/** `CRASHES` of each kind; `CRASH_SEED` repeats when they happen and with which options. */
const crashes = Number(process.env.CRASHES ?? 3);
const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const title = `(${crashes} times, CRASH_SEED=${seed})`;

const kinds: [string, (random: Random) => LmdbOptions][] = [
  ["LMDB", () => ({ writeAhead: false })],
  [
    "a write-ahead log and LMDB",
    (random) => ({
      writeAhead: {
        segmentBytes: random.pick([65_536, 2 ** 20, 2 ** 24]),
        applyAfterMs: random.pick([0, 20, 1_000]),
        maxUnapplied: random.pick([100, 65_536]),
      },
    }),
  ],
];

test.each(kinds)(
  `a log in %s, killed again and again, has what it acknowledged, once and in order ${title}`,
  async (_, options) => {
    const random = new Random(seed);
    await using directory = await temporaryDirectory();
    const witness = new Witness();
    const start = (run: number) =>
      new LogVictim(program, { directory: directory.path, lmdb: options(random), run });
    await killed(start, random, async (victim, run) => {
      witness.hear(victim);
      // Now and then the next victim is the one that recovers.
      if (run < crashes && random.chance(40)) return;
      const storage = lmdb(directory.path, victim.options.lmdb);
      await using log = await EventLog.open({ storage });
      await witness.check(log);
      await witness.repeat(log, run);
      await (run === crashes ? witness.checkAll(log) : witness.check(log));
    });
  },
  crashes * 20_000,
);

test(
  `a log that is cleaned up all the time, killed again and again, keeps what it must ${title}`,
  async () => {
    const random = new Random(seed);
    await using directory = await temporaryDirectory();
    const witness = new CleaningWitness();
    const start = (run: number) => {
      const [, options] = random.pick(kinds);
      const { path } = directory;
      return new LogVictim(program, { directory: path, lmdb: options(random), run, retention });
    };
    await killed(start, random, async (victim) => {
      witness.hear(victim);
      const storage = lmdb(directory.path, victim.options.lmdb);
      await using log = await EventLog.open({ storage, retention });
      await witness.check(log);
    });
  },
  crashes * 20_000,
);

/** Kills one victim after the other. */
async function killed(
  start: (run: number) => LogVictim,
  random: Random,
  afterwards: (victim: LogVictim, run: number) => Promise<void>,
): Promise<void> {
  let next = start(1);
  try {
    for (let run = 1; run <= crashes; run++) {
      const victim = next;
      victim.go();
      // It gets ready meanwhile.
      next = start(run + 1);
      await killedAnyTime(victim, random);
      expect(victim.said.join("\n")).toMatch(/^(open)?(\nclosed)?$/);
      await afterwards(victim, run);
    }
  } finally {
    await next.kill();
  }
}

/** Kills a victim when it opens the log, at work, or when it closes it. */
async function killedAnyTime(victim: LogVictim, random: Random): Promise<void> {
  const when = random.below(10);
  if (when > 1) {
    const enough = isHeavy(victim.options.run)
      ? 2_000 + random.below(1_000)
      : 1 + Math.floor(3_000 * random.next() ** 3);
    await victim.until(() => victim.acknowledged.length >= enough);
  }
  if (when === 9) victim.close();
  if (when < 2 || when === 9) {
    await new Promise((resolve) => setTimeout(resolve, random.below(100)));
  }
  await victim.kill();
}

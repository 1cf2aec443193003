import fc from "fast-check";
import { expect, test } from "vitest";
import type { Storage } from "../../../src/log/storage/storage.js";
import { verifyLog } from "../../../src/log/verify/verify-log.js";
import { propertyOptions } from "../../support/property-options.js";
import { JournalStorage } from "./journal-storage.js";
import { deeds, live } from "./log-life.js";

/** Also for many more runs than usual. */
const timeoutMs = 600_000;

const part = fc.double({ min: 0, max: 1, noNaN: true });

test(
  "nothing is wrong with a log, whatever it went through",
  async () => {
    await fc.assert(
      fc.asyncProperty(deeds, async (all) => {
        const storage = new JournalStorage();
        await live(storage, all);
        await isWell(storage);
      }),
      propertyOptions(150),
    );
  },
  timeoutMs,
);

test(
  "nothing is wrong with what a crash leaves, nor after the log went on from there",
  async () => {
    await fc.assert(
      fc.asyncProperty(deeds, deeds, part, part, async (before, after, when, loose) => {
        const storage = new JournalStorage();
        await live(storage, before);
        const crashed = await storage.crashed(when, loose);
        await isWell(crashed);
        await live(crashed, after);
        await isWell(crashed);
      }),
      propertyOptions(150),
    );
  },
  timeoutMs,
);

async function isWell(storage: Storage): Promise<void> {
  const { findings, found } = await verifyLog(storage);
  expect({ findings, found }).toEqual({ findings: [], found: 0 });
}

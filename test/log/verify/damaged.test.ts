import fc from "fast-check";
import { expect, test } from "vitest";
import { SluiceError } from "../../../src/errors.js";
import { checkpointKey, decodeCheckpoint } from "../../../src/log/index/checkpoint.js";
import { lastPosition } from "../../../src/log/index/log-index.js";
import { decodeHead } from "../../../src/log/record.js";
import type { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import { tables } from "../../../src/log/tables.js";
import { verifyLog } from "../../../src/log/verify/verify-log.js";
import { propertyOptions } from "../../support/property-options.js";
import { change, type Damage, damage, damaging, entriesOf, type Place } from "./damage.js";
import { JournalStorage } from "./journal-storage.js";
import { deeds, live } from "./log-life.js";

/** Also for many more runs than usual. */
const timeoutMs = 600_000;

const part = fc.double({ min: 0, max: 1, noNaN: true });

test(
  "whatever is damaged is found",
  async () => {
    await fc.assert(
      fc.asyncProperty(deeds, part, damage, async (all, when, by) => {
        const storage = new JournalStorage();
        await live(storage, all);
        const damaged = await storage.crashed(when, 1);
        const entries = await entriesOf(damaged);
        const entry = entries[by.entry % entries.length]!;
        const changes = damaging(entry, entries, by);
        fc.pre(changes.length > 0 && !tellsNothing(entry, by, entries));
        await change(damaged, changes);
        const name = Object.keys(tables)[entry.table];
        const place = `${by.kind} of ${name} ${Buffer.from(entry.key).toString("latin1")}`;
        expect(await problems(damaged), place).toBeGreaterThan(0);
      }),
      propertyOptions(150),
    );
  },
  timeoutMs,
);

/** Nothing else in a log says what these were, and no harm comes of it. */
function tellsNothing(
  { table, key, value }: Place,
  { kind }: Damage,
  entries: readonly Place[],
): boolean {
  const isGone = kind === "remove";
  // As if the crash had come before it.
  if (table === tables.sessions) return isGone && isLast(value, entries);
  if (table !== tables.meta) return false;
  switch (Buffer.from(key).toString()) {
    // Numbers that may have been told of, but are not stored.
    case "reserved":
    // A log that opens counts again.
    case "kept":
    case "removals":
      return isGone;
    // As long as nothing is in the index.
    case "checkpoint":
      return isGone && lastPosition(decodeCheckpoint(value)!) === 0;
    default:
      return false;
  }
}

/** Whether a record is the last of all, and is not in the index yet. */
function isLast(record: Uint8Array, entries: readonly Place[]): boolean {
  const { position } = decodeHead(record, 0, 0);
  const checkpoint = entries.find(
    ({ table, key }) => table === tables.meta && Buffer.compare(key, checkpointKey) === 0,
  );
  return (
    (checkpoint === undefined || lastPosition(decodeCheckpoint(checkpoint.value)!) < position) &&
    entries.every(
      ({ table, value }) =>
        table !== tables.sessions || decodeHead(value, 0, 0).position <= position,
    )
  );
}

async function problems(storage: MemoryStorage): Promise<number> {
  try {
    return (await verifyLog(storage)).found;
  } catch (error) {
    if (error instanceof SluiceError) return 1;
    throw error;
  }
}

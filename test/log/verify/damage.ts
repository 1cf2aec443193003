import fc from "fast-check";
import type { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import type { Change, Entry } from "../../../src/log/storage/storage.js";
import { tableCount, tables } from "../../../src/log/tables.js";

/** An entry of a log, and the table it is in. */
export interface Place extends Entry {
  readonly table: number;
}

/** Everything that a log consists of. */
export async function entriesOf(storage: MemoryStorage): Promise<Place[]> {
  const all = { from: Uint8Array.of(0), to: new Uint8Array(1_978).fill(0xff), limit: 1e6 };
  await storage.open(tableCount);
  const found: Place[] = [];
  for (const table of Object.values(tables)) {
    for (const entry of await storage.range(table, all)) found.push({ table, ...entry });
  }
  await storage.close();
  return found;
}

/** Changes a log behind its back. */
export async function change(storage: MemoryStorage, changes: readonly Change[]): Promise<void> {
  await storage.open(tableCount);
  await storage.commit(changes);
  await storage.close();
}

/** A way to damage one entry. */
export interface Damage {
  readonly kind: "remove" | "cut" | "value" | "key" | "other value";
  /** Which entry, which byte of it, and which other entry. */
  readonly entry: number;
  readonly byte: number;
  readonly other: number;
  readonly bits: number;
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("remove", "cut", "value", "key", "other value"),
  entry: fc.nat(),
  byte: fc.nat(),
  other: fc.nat(),
  bits: fc.integer({ min: 1, max: 255 }),
});

/** What damage changes; nothing if there is nothing that it could change. */
export function damaging(entry: Place, others: readonly Place[], by: Damage): Change[] {
  const { table, key, value } = entry;
  const put = (bytes: Uint8Array) => [{ table, key, value: bytes }];
  const remove = { table, key, value: undefined };
  switch (by.kind) {
    case "remove":
      return [remove];
    case "cut":
      return value.length === 0 ? [] : put(value.subarray(0, by.byte % value.length));
    case "value":
      return value.length === 0 ? [] : put(flipped(value, by));
    case "key":
      return [remove, { table, key: flipped(key, by), value }];
    case "other value": {
      const same = others.filter((each) => each.table === table);
      const other = same[by.other % same.length]!.value;
      return Buffer.compare(other, value) === 0 ? [] : put(other);
    }
  }
}

function flipped(bytes: Uint8Array, { byte, bits }: Damage): Buffer {
  const copy = Buffer.from(bytes);
  copy[byte % copy.length]! ^= bits;
  return copy;
}

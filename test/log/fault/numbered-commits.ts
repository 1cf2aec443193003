import type { Change, Entry, Storage } from "../../../src/log/storage/storage.js";

export const tableCount = 4;

/** So many commits later its entry in the third table goes. */
const lifetime = 50;

/** Of so many commits one, and one that is a write, has so many changes more. */
const largePeriod = 2_000;
const largeChanges = 1_500;

/** Whether the commit of this number is a write: durable some time later. */
export function isLoose(number: number): boolean {
  return number % 10 === 0;
}

/** What the commit of a number changes: every part tells which one it was. */
export function changesOf(number: number): Change[] {
  const changes: Change[] = [
    { table: 0, key: u32(number), value: payload(number) },
    { table: 1, key: u32(scattered(number)), value: u32(number) },
    { table: 2, key: u32(number), value: new Uint8Array(0) },
  ];
  if (number > lifetime) changes.push({ table: 2, key: u32(number - lifetime), value: undefined });
  for (let part = 0; isLarge(number) && part < largeChanges; part++) {
    changes.push({ table: 3, key: partKey(number, part), value: u32(part) });
    if (number < largePeriod) continue;
    changes.push({ table: 3, key: partKey(number - largePeriod, part), value: undefined });
  }
  return changes;
}

/**
 * Which commits a storage has, the largest number last. A write may be missing, as it is in nobody's
 * way; of the others all up to the last one must be there, as they were called in this order.
 *
 * @throws Error if one is there in part, or missing before a later one.
 */
export async function commitsIn(storage: Storage): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const { key, value } of await all(storage, 0)) {
    const number = Buffer.from(key).readUInt32BE();
    if (!payload(number).equals(value)) throw new Error(`Commit ${number} has another payload`);
    found.add(number);
  }
  const last = Math.max(0, ...[...found].slice(-1));
  for (let number = 1; number < last; number++) {
    if (!found.has(number) && !isLoose(number)) {
      throw new Error(`Commit ${number} is missing, ${last} is there`);
    }
  }
  check(
    "second",
    await all(storage, 1),
    [...found].map((number) => [scattered(number), number]),
  );
  const young = [...found].filter((number) => !found.has(number + lifetime));
  check(
    "third",
    await all(storage, 2),
    young.map((number) => [number, undefined]),
  );
  const large = [...found].filter((number) => isLarge(number) && !found.has(number + largePeriod));
  const parts = large.flatMap((number) =>
    Array.from({ length: largeChanges }, (_, part) => `${number}/${part}`),
  );
  const entries = await all(storage, 3);
  const actual = entries.map(({ key, value }) => {
    return `${Buffer.from(key).readUInt32BE()}/${Buffer.from(value).readUInt32BE()}`;
  });
  if (actual.join() !== parts.join()) {
    throw new Error(`The fourth table has ${actual.length} parts, not ${parts.length} of ${large}`);
  }
  return found;
}

function isLarge(number: number): boolean {
  const rest = number % largePeriod;
  return rest === 777 || rest === 1_000;
}

function partKey(number: number, part: number): Buffer {
  return Buffer.concat([u32(number), u32(part)]);
}

function check(
  table: string,
  entries: readonly Entry[],
  expected: readonly (readonly [number, number | undefined])[],
): void {
  const left = new Map(expected);
  for (const { key, value } of entries) {
    const number = Buffer.from(key).readUInt32BE();
    const actual = value.length === 0 ? undefined : Buffer.from(value).readUInt32BE();
    if (!left.has(number) || left.get(number) !== actual) {
      throw new Error(`The ${table} table has ${number} with ${actual}, a part of no commit`);
    }
    left.delete(number);
  }
  if (left.size > 0) throw new Error(`The ${table} table lacks ${[...left.keys()].slice(0, 20)}`);
}

function all(storage: Storage, table: number): Promise<Entry[]> {
  const to = Buffer.alloc(9, 0xff);
  return storage.range(table, { from: Buffer.of(0), to, limit: 1e9 });
}

/** Mostly some hundred bytes, now and then a hundred thousand. */
function payload(number: number): Buffer {
  const bytes = number % 997 === 0 ? 100_000 : (number * 7_919) % 500;
  return Buffer.alloc(bytes, `${number} `);
}

/** Another number for each, all over the place. */
function scattered(number: number): number {
  return Math.imul(number, 0x9e3779b1) >>> 0;
}

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

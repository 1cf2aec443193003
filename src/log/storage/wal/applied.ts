import type { Change, Storage } from "../storage.js";

const key = Buffer.from("applied");

/** Reads up to which record of the write-ahead log a storage has everything; 0 for none. */
export async function readApplied(storage: Storage, table: number): Promise<number> {
  const [value] = await storage.get(table, [key]);
  return value === undefined ? 0 : Buffer.from(value).readUIntBE(0, 6);
}

/** What tells that, to be committed with the changes; `undefined` for a log that is gone. */
export function appliedChange(table: number, sequence: number | undefined): Change {
  if (sequence === undefined) return { table, key, value: undefined };
  const value = Buffer.allocUnsafe(6);
  value.writeUIntBE(sequence, 0, 6);
  return { table, key, value };
}

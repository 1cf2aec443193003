import { SluiceError } from "../../errors.js";
import type { Change } from "./storage.js";

/**
 * Finds changes that no storage could make, before any of them is made.
 *
 * @returns bytes of all keys and values.
 * @throws SluiceError `storage_failed`
 */
export function checkChanges(
  changes: readonly Change[],
  tables: number,
  maxKeyBytes: number,
): number {
  let bytes = 0;
  for (const { table, key, value } of changes) {
    if (!(table >= 0 && table < tables))
      refuse(`There is no table ${table}, but ${tables} of them`);
    if (key.length === 0 || key.length > maxKeyBytes) {
      refuse(`A key has ${key.length} bytes, it must have from 1 to ${maxKeyBytes}`);
    }
    bytes += key.length + (value?.length ?? 0);
  }
  return bytes;
}

function refuse(text: string): never {
  throw new SluiceError("storage_failed", `${text}: nothing was changed.`);
}

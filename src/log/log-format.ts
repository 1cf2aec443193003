import { SluiceError } from "../errors.js";
import type { Change, Storage } from "./storage/storage.js";
import { asBuffer, tables } from "./tables.js";

/** Where the format of a log, and its identifier, are in the table `meta`. */
export const formatKey = Buffer.from("format");
export const identifierKey = Buffer.from("identifier");

const format = Buffer.from([3]);

/** What makes an empty storage a log. */
export const formatChange: Change = { table: tables.meta, key: formatKey, value: format };

/**
 * Whether a storage has a log; else it is empty.
 *
 * @throws SluiceError `storage_unavailable` when another version of Sluice wrote it.
 */
export async function hasLog(storage: Storage): Promise<boolean> {
  const [stored] = await storage.get(tables.meta, [formatKey]);
  if (stored === undefined) return false;
  if (stored[0] === format[0]) return true;
  throw new SluiceError(
    "storage_unavailable",
    `The log's format is ${stored[0]}, this version of Sluice knows ${format[0]}. Use the version ` +
      "that wrote it, or a newer one.",
  );
}

/** @throws SluiceError `storage_unavailable` when the log was given another identifier. */
export async function checkIdentifier(
  storage: Storage,
  identifier: string | undefined,
): Promise<void> {
  if (identifier === undefined) return;
  const [stored] = await storage.get(tables.meta, [identifierKey]);
  if (stored === undefined) {
    const value = Buffer.from(identifier);
    await storage.commit([{ table: tables.meta, key: identifierKey, value }]);
    return;
  }
  const text = asBuffer(stored).toString("utf8");
  if (text === identifier) return;
  throw new SluiceError(
    "storage_unavailable",
    `The log is identified as ${JSON.stringify(text)}, not ${JSON.stringify(identifier)}. Open the ` +
      "storage that was meant, or leave the identifier out.",
  );
}

import { crc32 } from "node:zlib";
import { SluiceError } from "../errors.js";
import type { EventType } from "./model/event.js";
import { TypeTree } from "./model/type-tree.js";
import type { Storage } from "./storage/storage.js";
import { asBuffer, maxServer, readTypeKey, tables, typeKey } from "./tables.js";

/** Entries that are read at once. */
const pageSize = 1_024;

const checksumBytes = 4;

/** A type as it is kept in the table `types`: the CRC-32 of the rest, and the type as JSON. */
export function encodeType(type: EventType): Uint8Array {
  const json = Buffer.from(JSON.stringify(type));
  const entry = Buffer.allocUnsafe(checksumBytes + json.length);
  entry.writeUInt32LE(crc32(json), 0);
  entry.set(json, checksumBytes);
  return entry;
}

/** The type of an entry; `undefined` if the entry is not what was written. */
export function decodeType(bytes: Uint8Array): EventType | undefined {
  if (bytes.length <= checksumBytes) return undefined;
  const json = asBuffer(bytes.subarray(checksumBytes));
  if (crc32(json) !== asBuffer(bytes).readUInt32LE(0)) return undefined;
  return JSON.parse(json.toString("utf8"));
}

/**
 * The types of a log. Records name them by their numbers, so none may be missing.
 *
 * @throws SluiceError `storage_damaged`
 */
export async function readTypes(storage: Storage): Promise<TypeTree> {
  const types = new TypeTree();
  const to = typeKey(maxServer);
  for (;;) {
    const from = typeKey(types.size);
    const page = await storage.range(tables.types, { from, to, limit: pageSize });
    for (const { key, value } of page) {
      const number = types.size;
      const type = readTypeKey(key) === number ? decodeType(value) : undefined;
      if (type === undefined || types.add(type) !== number) throw damaged(number);
    }
    if (page.length < pageSize) return types;
  }
}

function damaged(number: number): SluiceError {
  return new SluiceError(
    "storage_damaged",
    `Event type ${number} of the log is damaged or missing, so nobody can tell what its events are. ` +
      "Restore a backup; `sluice events verify` lists all that is damaged.",
  );
}

import { SluiceError } from "../errors.js";
import type { EventType } from "./model/event.js";
import { TypeTree } from "./model/type-tree.js";
import { sealed, unsealed } from "./sealed.js";
import type { Storage } from "./storage/storage.js";
import { maxServer, readTypeKey, tables, typeKey } from "./tables.js";

/** Entries that are read at once. */
const pageSize = 1_024;

/** A type as it is kept in the table `types`: as JSON, sealed. */
export function encodeType(key: Uint8Array, type: EventType): Uint8Array {
  return sealed(key, Buffer.from(JSON.stringify(type)));
}

/** The type of an entry; `undefined` if the entry is not what was written. */
export function decodeType(key: Uint8Array, value: Uint8Array): EventType | undefined {
  const json = unsealed(key, value);
  return json && JSON.parse(json.toString("utf8"));
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
      const type = readTypeKey(key) === number ? decodeType(key, value) : undefined;
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

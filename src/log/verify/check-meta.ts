import { decodeReserved, reservedKey } from "../append/numbering.js";
import { type Checkpoint, checkpointKey, decodeCheckpoint } from "../index/checkpoint.js";
import { lastPosition } from "../index/log-index.js";
import { formatKey, identifierKey } from "../log-format.js";
import type { TypeTree } from "../model/type-tree.js";
import { keptKey, readRemovals, removalsKey } from "../retention/kept.js";
import type { Storage } from "../storage/storage.js";
import { tablePages } from "../storage/table-pages.js";
import { asBuffer, tables } from "../tables.js";
import type { Findings } from "./finding.js";
import { KeptCheck } from "./kept-check.js";

/** What a log knows of itself as a whole. */
export interface Meta {
  /** `undefined`: it cannot be read, so nobody knows what the index should have. */
  readonly checkpoint: Checkpoint | undefined;
  readonly hasRules: boolean;
  readonly kept: KeptCheck | undefined;
}

/** Reads the table `meta`. */
export async function checkMeta(
  storage: Storage,
  types: TypeTree,
  findings: Findings,
): Promise<Meta> {
  const known = [formatKey, identifierKey, reservedKey, checkpointKey, keptKey, removalsKey].map(
    String,
  );
  const found = new Map<string, Buffer>();
  for await (const page of tablePages(storage, tables.meta)) {
    for (const { key, value } of page) {
      const name = asBuffer(key).toString();
      if (known.includes(name)) found.set(name, asBuffer(value));
      else findings.add("meta_damaged", `meta ${JSON.stringify(name)}`, "is nothing of a log's");
    }
  }
  const damaged = (key: Buffer) => {
    findings.add("meta_damaged", `meta ${JSON.stringify(String(key))}`, "cannot be read");
  };
  const reserved = found.get(String(reservedKey));
  if (reserved !== undefined && decodeReserved(reserved) === undefined) damaged(reservedKey);
  const stored = found.get(String(keptKey));
  const checkpointBytes = found.get(String(checkpointKey));
  const checkpoint = checkpointBytes === undefined ? new Map() : decodeCheckpoint(checkpointBytes);
  // What is kept is written together with a checkpoint.
  const isMissing = checkpointBytes === undefined && stored !== undefined;
  if (checkpoint === undefined || isMissing) damaged(checkpointKey);
  const removals = readRemovals(found.get(String(removalsKey)));
  if (!Number.isSafeInteger(removals)) damaged(removalsKey);
  const position = lastPosition(checkpoint ?? new Map());
  const kept = stored && KeptCheck.read(stored, types, position, removals);
  if (kept === "damaged") damaged(keptKey);
  return {
    checkpoint,
    hasRules: stored !== undefined,
    kept: typeof kept === "object" ? kept : undefined,
  };
}

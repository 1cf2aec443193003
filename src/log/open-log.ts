import { SluiceError } from "../errors.js";
import { reservedKey } from "./append/numbering.js";
import { type Checkpoint, decodeCheckpoint } from "./index/checkpoint.js";
import { checkpointKey, LogIndex } from "./index/log-index.js";
import type { ServerEnd } from "./index/tail.js";
import { TypeTree } from "./model/type-tree.js";
import { decodeRecord } from "./record.js";
import type { Storage } from "./storage/storage.js";
import {
  asBuffer,
  maxServer,
  maxSession,
  readSessionKey,
  sessionKey,
  tables,
  typeKey,
} from "./tables.js";
import { decodeType } from "./type-entries.js";

const formatKey = Buffer.from("format");
const format = Buffer.from([1]);

/** Entries that are read at once. */
const pageSize = 1_024;

/** What a log is made of when it opens. */
export interface OpenedLog {
  readonly types: TypeTree;
  readonly index: LogIndex;
  readonly ends: ReadonlyMap<number, ServerEnd>;
  /** The last position given out. */
  readonly position: number;
  /** The last session of this server that may have been told of. */
  readonly reserved: number;
}

/** Reads what a storage has, and brings the index up to it. */
export async function openLog(storage: Storage): Promise<OpenedLog> {
  await checkFormat(storage);
  const types = await readTypes(storage);
  const [stored, reservedBytes] = await storage.get(tables.meta, [checkpointKey, reservedKey]);
  const checkpoint = stored === undefined ? new Map() : decodeCheckpoint(stored);
  const index = new LogIndex(storage, checkpoint);
  await catchUp(storage, checkpoint, types, index);
  const ends = index.ends();
  const position = Math.max(0, ...[...ends.values()].map((end) => end.position));
  const reserved = reservedBytes === undefined ? 0 : asBuffer(reservedBytes).readUIntBE(0, 6);
  return { types, index, ends, position, reserved };
}

async function checkFormat(storage: Storage): Promise<void> {
  const [stored] = await storage.get(tables.meta, [formatKey]);
  if (stored === undefined) {
    await storage.commit([{ table: tables.meta, key: formatKey, value: format }]);
  } else if (stored[0] !== format[0]) {
    throw new SluiceError(
      "storage_unavailable",
      `The log's format is ${stored[0]}, this version of Sluice knows ${format[0]}. Use the version ` +
        "that wrote it, or a newer one.",
    );
  }
}

async function readTypes(storage: Storage): Promise<TypeTree> {
  const types = new TypeTree();
  for (;;) {
    const from = typeKey(types.size);
    const page = await storage.range(tables.types, {
      from,
      to: typeKey(maxServer),
      limit: pageSize,
    });
    for (const { value } of page) types.add(decodeType(value));
    if (page.length < pageSize) return types;
  }
}

/** Reads the sessions that the index does not have, server by server. */
async function catchUp(
  storage: Storage,
  checkpoint: Checkpoint,
  types: TypeTree,
  index: LogIndex,
): Promise<void> {
  let from = sessionKey(0, 0);
  const to = sessionKey(maxServer, maxSession);
  for (;;) {
    const [next] = await storage.range(tables.sessions, { from, to, limit: 1 });
    if (next === undefined) return;
    const [server] = readSessionKey(next.key);
    const end = checkpoint.get(server);
    from = end === undefined ? sessionKey(server, 0) : after(server, end.session, end.instance);
    from = await replay(storage, server, from, types, index);
  }
}

async function replay(
  storage: Storage,
  server: number,
  start: Buffer,
  types: TypeTree,
  index: LogIndex,
): Promise<Buffer> {
  const to = sessionKey(server, maxSession);
  for (let from = start; ; ) {
    const page = await storage.range(tables.sessions, { from, to, limit: pageSize });
    for (const { key, value } of page) {
      index.add(decodeRecord(value, readSessionKey(key), (number) => types.typeOf(number)));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return sessionKey(server + 1, 0);
    from = Buffer.concat([last.key, Buffer.of(0)]);
    await index.writeIfLong();
  }
}

/** Where the records after an event begin. */
function after(server: number, session: number, instance: number): Buffer {
  return instance === 0 ? sessionKey(server, session) : sessionKey(server, session, instance + 1);
}

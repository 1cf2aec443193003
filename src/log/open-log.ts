import { SluiceError } from "../errors.js";
import { decodeReserved, reservedKey } from "./append/numbering.js";
import { Derived } from "./derived.js";
import { type Checkpoint, checkpointKey, decodeCheckpoint, isIndexed } from "./index/checkpoint.js";
import { LogIndex, lastPosition } from "./index/log-index.js";
import type { ServerEnd } from "./index/tail.js";
import { checkIdentifier, formatChange, hasLog } from "./log-format.js";
import type { OpenProgress, ResolvedLogOptions } from "./log-options.js";
import type { TypeTree } from "./model/type-tree.js";
import { aboutRecords } from "./read/record-bounds.js";
import { decodeRecord } from "./record.js";
import { Kept, keptKey, readKept, readRemovals, removalsKey } from "./retention/kept.js";
import { Released } from "./retention/released.js";
import { RuleBook } from "./retention/rule-book.js";
import type { Storage } from "./storage/storage.js";
import { afterServer, maxServer, readSessionKey, sessionKey, tables } from "./tables.js";
import { readTypes } from "./type-entries.js";

/** Entries that are read at once. */
const pageSize = 1_024;

/** What a log is made of when it opens. */
export interface OpenedLog {
  readonly types: TypeTree;
  readonly derived: Derived;
  readonly book: RuleBook;
  readonly ends: ReadonlyMap<number, ServerEnd>;
  /** The last position given out. */
  readonly position: number;
  /** The last session of this server that may have been told of. */
  readonly reserved: number;
}

/** Reads what a storage has, and brings what is derived from it up to date. */
export async function openLog({
  storage,
  identifier,
  retention,
  latest,
  limits,
  onProgress,
}: ResolvedLogOptions): Promise<OpenedLog> {
  if (!(await hasLog(storage))) await storage.commit([formatChange]);
  await checkIdentifier(storage, identifier);
  const types = await readTypes(storage);
  const [stored, reservedBytes, keptBytes, removalBytes] = await storage.get(tables.meta, [
    checkpointKey,
    reservedKey,
    keptKey,
    removalsKey,
  ]);
  const checkpoint = stored === undefined ? new Map() : decodeCheckpoint(stored);
  const reserved = reservedBytes === undefined ? 0 : decodeReserved(reservedBytes);
  if (checkpoint === undefined || reserved === undefined) throw damaged();
  const book = new RuleBook(retention, latest, types);
  const position = lastPosition(checkpoint);
  const removals = readRemovals(removalBytes);
  const amounts = readKept(keptBytes, book, position, removals);
  const kept = new Kept(book, amounts, position, removals);
  const released = await Released.read(storage);
  const index = new LogIndex(storage, checkpoint, limits.maxUnindexedEvents, (indexed) => {
    kept.advance(indexed);
    return retention.length === 0 ? [] : [kept.change()];
  });
  const derived = new Derived(index, kept, released);
  const progress = async (part: OpenProgress["part"], behind?: number) => {
    if (onProgress === undefined) return () => {};
    const total = await aboutRecords(storage, behind);
    return (done: number) => onProgress({ part, done, total: Math.max(done, total) });
  };
  if (amounts === undefined && retention.length > 0) {
    await recount(storage, checkpoint, types, kept, await progress("rules"));
  }
  await catchUp(storage, checkpoint, types, derived, await progress("index", position));
  const ends = index.ends();
  return { types, derived, book, ends, position: lastPosition(ends), reserved };
}

function damaged(): SluiceError {
  return new SluiceError(
    "storage_damaged",
    "What the log knows of where its sessions end is damaged, so their numbers might be used again. " +
      "Restore a backup; `sluice events verify` lists all that is damaged.",
  );
}

/** Reads the sessions that the index does not have, server by server. */
async function catchUp(
  storage: Storage,
  checkpoint: Checkpoint,
  types: TypeTree,
  derived: Derived,
  onRead: (records: number) => void,
): Promise<void> {
  let read = 0;
  const onPage = (records: number) => {
    read += records;
    onRead(read);
  };
  let from = sessionKey(0, 0);
  const to = afterServer(maxServer);
  for (;;) {
    const [next] = await storage.range(tables.sessions, { from, to, limit: 1 });
    if (next === undefined) return;
    const [server] = readSessionKey(next.key);
    const end = checkpoint.get(server);
    from = end === undefined ? sessionKey(server, 0) : after(server, end.session, end.instance);
    from = await replay(storage, server, from, types, derived, onPage);
  }
}

async function replay(
  storage: Storage,
  server: number,
  start: Buffer,
  types: TypeTree,
  derived: Derived,
  onPage: (records: number) => void,
): Promise<Buffer> {
  const to = afterServer(server);
  for (let from = start; ; ) {
    const page = await storage.range(tables.sessions, { from, to, limit: pageSize });
    for (const { key, value } of page) {
      derived.add(decodeRecord(value, readSessionKey(key), (number) => types.typeOf(number)));
    }
    if (page.length > 0) onPage(page.length);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return afterServer(server);
    from = Buffer.concat([last.key, Buffer.of(0)]);
    await derived.index.writeIfLong();
  }
}

/** Counts what the rules govern, all of it: they are new, or were changed. */
async function recount(
  storage: Storage,
  checkpoint: Checkpoint,
  types: TypeTree,
  kept: Kept,
  onRead: (records: number) => void,
): Promise<void> {
  let read = 0;
  const to = afterServer(maxServer);
  for (let from: Uint8Array = sessionKey(0, 0); ; ) {
    const page = await storage.range(tables.sessions, { from, to, limit: pageSize });
    for (const { key, value } of page) {
      const id = readSessionKey(key);
      const { events } = decodeRecord(value, id, (number) => types.typeOf(number));
      for (const event of events) {
        const { server, session, instance } = event.id;
        if (isIndexed(checkpoint, server, session, instance)) kept.addStored(event);
      }
    }
    read += page.length;
    onRead(read);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    from = Buffer.concat([last.key, Buffer.of(0)]);
    await new Promise(setImmediate);
  }
}

/** Where the records after an event begin. */
function after(server: number, session: number, instance: number): Buffer {
  return instance === 0 ? sessionKey(server, session) : sessionKey(server, session, instance + 1);
}

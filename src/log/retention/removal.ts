import { decodeBlock, encodeBlock } from "../index/ref-blocks.js";
import type { EventRef } from "../index/tail.js";
import { decodeVersions } from "../index/version-blocks.js";
import type { TypeTree } from "../model/type-tree.js";
import { momentOf } from "../moment.js";
import type { RecordReader } from "../read/record-reader.js";
import { decodeRecord, encodeRecord, type SessionRecord } from "../record.js";
import type { Change, Entry, Storage } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import {
  anyType,
  asBuffer,
  maxSession,
  readSessionKey,
  readTypeBlockKey,
  sessionKey,
  sourceKey,
  streamVersionKey,
  tables,
  typeBlockKey,
} from "../tables.js";

/** Parts in which the events of one session came, at most. */
const maxParts = 4_096;

/** Finds out what has to change for events to be gone, or released: in records and in the index. */
export class Removal {
  constructor(
    private readonly storage: Storage,
    private readonly types: TypeTree,
    private readonly records: RecordReader,
  ) {}

  /** @param released those that stay, but only as the last of their types. */
  async changes(
    removed: readonly StoredEvent[],
    released: readonly StoredEvent[],
  ): Promise<Change[]> {
    return [
      ...(await this.#records(removed, released)),
      ...(await this.#blocks(removed)),
      ...removed.flatMap(sourceChanges),
      ...(await this.#streams(removed)),
    ];
  }

  async #records(
    removed: readonly StoredEvent[],
    released: readonly StoredEvent[],
  ): Promise<Change[]> {
    const gone = new Set(removed.map(idText));
    const staying = new Set(released.map(idText));
    const sessions = new Map(
      [...removed, ...released].map(({ id }) => [`${id.server}:${id.session}`, id]),
    );
    const changes: Change[] = [];
    for (const { server, session } of sessions.values()) {
      const parts = await this.storage.range(tables.sessions, {
        from: sessionKey(server, session),
        to: sessionKey(server, session + 1),
        limit: maxParts,
      });
      for (const { key, value } of parts) {
        const record = decodeRecord(value, readSessionKey(key), (type) => this.types.typeOf(type));
        const isTouched = record.events.some(
          (event) => gone.has(idText(event)) || staying.has(idText(event)),
        );
        if (!isTouched) continue;
        const events = record.events
          .filter((event) => !gone.has(idText(event)))
          .map((event) => (staying.has(idText(event)) ? event.released() : event));
        changes.push({ table: tables.sessions, key, value: rewritten(record, events) });
      }
    }
    return changes;
  }

  /** Takes the refs of events out of their blocks. */
  async #blocks(removed: readonly StoredEvent[]): Promise<Change[]> {
    const groups = new Map<string, StoredEvent[]>();
    for (const event of removed) {
      const name = `${event.typeNumber} ${event.id.server}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [event]);
      else group.push(event);
    }
    const changes: Change[] = [];
    for (const events of groups.values()) changes.push(...(await this.#blocksOf(events)));
    return changes;
  }

  /** @param events of one type and one server. */
  async #blocksOf(events: readonly StoredEvent[]): Promise<Change[]> {
    const { typeNumber, id } = events[0]!;
    const { server } = id;
    const gone = new Set(events.map((event) => `${event.id.session}:${event.id.instance}`));
    const changes: Change[] = [];
    const seen = new Set<string>();
    for (const { session, instance } of events.map((event) => event.id)) {
      const [block] = await this.storage.range(tables.byType, {
        from: typeBlockKey(typeNumber, server, 0, 0),
        to: typeBlockKey(typeNumber, server, session, instance + 1),
        reverse: true,
        limit: 1,
      });
      if (block === undefined) continue;
      const name = asBuffer(block.key).toString("latin1");
      if (seen.has(name)) continue;
      seen.add(name);
      changes.push(...blockChanges(block, typeNumber, server, gone));
    }
    return changes;
  }

  /** Removes blocks of versions that are all gone, but never the last one: it tells the version. */
  async #streams(removed: readonly StoredEvent[]): Promise<Change[]> {
    const gone = new Set(removed.map(idText));
    const keys = new Set(removed.flatMap(({ stream }) => stream?.key ?? []));
    const changes: Change[] = [];
    for (const streamKey of keys) {
      const blocks = await this.storage.range(tables.streams, {
        from: streamVersionKey(streamKey, 0),
        to: streamVersionKey(streamKey, maxSession),
        limit: removed.length + 2,
      });
      for (const { key, value } of blocks.slice(0, -1)) {
        if (await this.#isAlive(decodeVersions(value), gone)) break;
        changes.push({ table: tables.streams, key, value: undefined });
      }
    }
    return changes;
  }

  async #isAlive(refs: readonly EventRef[], gone: ReadonlySet<string>): Promise<boolean> {
    for (const { server, session, instance } of refs) {
      if (gone.has(`${server}:${session}:${instance}`)) continue;
      if ((await this.records.get(server, [session, instance])).length > 0) return true;
    }
    return false;
  }
}

/** Takes refs out of a block. */
function blockChanges(
  { key, value }: Entry,
  type: number,
  server: number,
  gone: ReadonlySet<string>,
): Change[] {
  const refs = decodeBlock(value, readTypeBlockKey(key));
  const left: number[] = [];
  for (let i = 0; i < refs.length; i += 2) {
    if (!gone.has(`${refs[i]}:${refs[i + 1]}`)) left.push(refs[i]!, refs[i + 1]!);
  }
  if (left.length === refs.length) return [];
  const remove = { table: tables.byType, key, value: undefined };
  if (left.length === 0) return [remove];
  const newKey = typeBlockKey(type, server, left[0]!, left[1]!);
  const block = encodeBlock(left, { from: 0, to: left.length });
  return [remove, { table: tables.byType, key: newKey, value: block }];
}

function rewritten(record: SessionRecord, events: readonly StoredEvent[]): Uint8Array | undefined {
  if (events.length === 0) return undefined;
  const { position, timestamp, firstInstance, answer } = record;
  return encodeRecord(position, timestamp, firstInstance, events, answer);
}

function sourceChanges({ typeNumber, sourceTimestamp, id }: StoredEvent): Change[] {
  if (sourceTimestamp === undefined) return [];
  const time = momentOf(sourceTimestamp);
  return [typeNumber, anyType].map((type) => ({
    table: tables.bySource,
    key: sourceKey(type, time, id),
    value: undefined,
  }));
}

function idText({ id }: StoredEvent): string {
  return `${id.server}:${id.session}:${id.instance}`;
}

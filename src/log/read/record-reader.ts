import type { Refs } from "../index/ref-blocks.js";
import type { TypeTree } from "../model/type-tree.js";
import type { Moment } from "../moment.js";
import { decodeHead, decodeRecord, type SessionRecord, type Wanted } from "../record.js";
import { PageSize } from "../storage/page-size.js";
import type { Storage } from "../storage/storage.js";
import { maxInstance, readSessionKey, sessionKey, tables } from "../tables.js";
import type { Place, Span } from "./session-cursor.js";

/** Reads records of sessions. */
export class RecordReader {
  readonly #pageSize = new PageSize();

  constructor(
    private readonly storage: Storage,
    private readonly types: TypeTree,
  ) {}

  /** How many records to read at once. */
  capacity(max: number): number {
    return this.#pageSize.upTo(max);
  }

  /** Records of a span, of which the first and the last may have events outside of it. */
  async range(
    server: number,
    { after, upTo }: Span,
    reverse: boolean,
    limit: number,
    wanted: Wanted,
  ): Promise<SessionRecord[]> {
    const entries = await this.storage.range(tables.sessions, {
      from: await this.#holding(server, after),
      to: afterEvent(server, upTo),
      reverse,
      limit,
    });
    this.#pageSize.learn(entries.map(({ value }) => value));
    return entries.map(({ key, value }) => this.#decode(key, value, wanted));
  }

  /** The events of refs; those that are not there any more are left out. */
  async get(server: number, refs: Refs): Promise<SessionRecord[]> {
    const groups = grouped(refs);
    const keys = groups.map(({ session }) => sessionKey(server, session));
    const values = await this.storage.get(tables.sessions, keys);
    this.#pageSize.learn(values);
    const records: SessionRecord[] = [];
    for (const [i, { session, instances }] of groups.entries()) {
      const value = values[i];
      const record =
        value && this.#decode(keys[i]!, value, (_, instance) => instances.has(instance));
      if (record !== undefined && record.events.length > 0) records.push(record);
      for (const event of record?.events ?? []) instances.delete(event.id.instance);
      // What was imported may have come in several parts.
      if (instances.size > 0) records.push(...(await this.#parts(server, session, instances)));
    }
    return records;
  }

  /** The session of the last record before another session. */
  async lastBefore(server: number, session: number): Promise<number | undefined> {
    const [entry] = await this.storage.range(tables.sessions, {
      from: sessionKey(server, 0),
      to: sessionKey(server, session),
      reverse: true,
      limit: 1,
    });
    return entry && readSessionKey(entry.key)[1];
  }

  /** The first record at or behind a session, and before another. */
  async firstFrom(
    server: number,
    session: number,
    before: number,
  ): Promise<{ session: number; position: number; time: Moment } | undefined> {
    const [entry] = await this.storage.range(tables.sessions, {
      from: sessionKey(server, session),
      to: sessionKey(server, before),
      limit: 1,
    });
    if (entry === undefined) return undefined;
    const [, found] = readSessionKey(entry.key);
    return { session: found, ...decodeHead(entry.value, server, found) };
  }

  async #parts(server: number, session: number, instances: Set<number>): Promise<SessionRecord[]> {
    const entries = await this.storage.range(tables.sessions, {
      from: sessionKey(server, session, 2),
      to: sessionKey(server, session + 1),
      limit: maxInstance,
    });
    return entries
      .map(({ key, value }) => this.#decode(key, value, (_, instance) => instances.has(instance)))
      .filter(({ events }) => events.length > 0);
  }

  /** The key of the record that has the event, or of where it would begin. */
  async #holding(server: number, { session, instance }: Place): Promise<Buffer> {
    const key = sessionKey(server, session);
    if (instance <= 1) return key;
    const [last] = await this.storage.range(tables.sessions, {
      from: key,
      to: afterEvent(server, { session, instance }),
      reverse: true,
      limit: 1,
    });
    return last === undefined ? key : Buffer.from(last.key);
  }

  #decode(key: Uint8Array, value: Uint8Array, wanted: Wanted): SessionRecord {
    return decodeRecord(value, readSessionKey(key), (number) => this.types.typeOf(number), wanted);
  }
}

/** Behind all records that begin with an event or before it. */
function afterEvent(server: number, { session, instance }: Place): Buffer {
  if (instance === 0) return sessionKey(server, session);
  if (instance >= maxInstance) return sessionKey(server, session + 1);
  return sessionKey(server, session, instance + 1);
}

interface Group {
  readonly session: number;
  readonly instances: Set<number>;
}

function grouped(refs: Refs): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < refs.length; i += 2) {
    const last = groups.at(-1);
    if (last?.session === refs[i]) last!.instances.add(refs[i + 1]!);
    else groups.push({ session: refs[i]!, instances: new Set([refs[i + 1]!]) });
  }
  return groups;
}

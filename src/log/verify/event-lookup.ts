import type { EventRef } from "../index/tail.js";
import { compareEventIds } from "../model/event-id.js";
import type { SessionRecord } from "../record.js";
import { PageSize } from "../storage/page-size.js";
import type { Storage } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { maxInstance, sessionKey, tables } from "../tables.js";
import { readEntry } from "./read-entry.js";

/** Records that are read at once, at most. */
const maxPage = 1_024;

/** What is where an entry of the index says that an event is. */
export interface Found {
  /** `undefined`: no such event. */
  readonly event: StoredEvent | undefined;
  /** What it is in; `undefined`: none. */
  readonly record: SessionRecord | undefined;
  /** Some of its session cannot be read: nobody knows whether there is such an event. */
  readonly isUnknown: boolean;
}

/** Looks up events that entries of the index name: many at once, and each of their records once. */
export class EventLookup {
  readonly #pageSize = new PageSize();

  constructor(
    private readonly storage: Storage,
    private readonly types: number,
  ) {}

  /**
   * @param refs in any order.
   * @param visit is told of each what there is, in the order of the ids; it must not keep it.
   */
  async each<Ref extends EventRef>(
    refs: Ref[],
    visit: (ref: Ref, found: Found) => void,
  ): Promise<void> {
    refs.sort(compareEventIds);
    const sessions = sessionsOf(refs);
    for (let from = 0; from < sessions.length; ) {
      const part = sessions.slice(from, from + this.#pageSize.upTo(maxPage));
      const keys = part.map(([{ server, session }]) => sessionKey(server, session));
      const values = await this.storage.get(tables.sessions, keys);
      this.#pageSize.learn(values);
      for (const [i, of] of part.entries()) await this.#session(of, values[i], visit);
      from += part.length;
      await new Promise(setImmediate);
    }
  }

  /** @param refs of one session. */
  async #session<Ref extends EventRef>(
    refs: Session<Ref>,
    value: Uint8Array | undefined,
    visit: (ref: Ref, found: Found) => void,
  ): Promise<void> {
    const [{ server, session }] = refs;
    const instances = new Set(refs.map(({ instance }) => instance));
    const wanted = (_: number, instance: number) => instances.has(instance);
    const records: SessionRecord[] = [];
    let isUnknown = false;
    const read = (key: Uint8Array, bytes: Uint8Array) => {
      const entry = readEntry({ key, value: bytes }, this.types, wanted);
      if (entry.record === undefined) isUnknown = true;
      else records.push(entry.record);
    };
    if (value !== undefined) read(sessionKey(server, session), value);
    const last = refs.at(-1)!;
    // What was imported may have come in several parts.
    if (!isUnknown && last.instance > (records[0]?.lastInstance ?? 0)) {
      const from = sessionKey(server, session, 2);
      const to = sessionKey(server, session + 1);
      const parts = await this.storage.range(tables.sessions, { from, to, limit: maxInstance });
      for (const part of parts) read(part.key, part.value);
    }
    const events = new Map<number, { event: StoredEvent; record: SessionRecord }>();
    for (const record of records) {
      for (const event of record.events) events.set(event.id.instance, { event, record });
    }
    for (const ref of refs) {
      const { event, record } = events.get(ref.instance) ?? {};
      visit(ref, { event, record: record ?? records[0], isUnknown: isUnknown && !event });
    }
  }
}

/** Refs to events of one session. */
type Session<Ref> = readonly [Ref, ...Ref[]];

function sessionsOf<Ref extends EventRef>(refs: readonly Ref[]): Session<Ref>[] {
  const sessions: [Ref, ...Ref[]][] = [];
  for (const ref of refs) {
    const last = sessions.at(-1);
    if (last?.[0].server === ref.server && last[0].session === ref.session) last.push(ref);
    else sessions.push([ref]);
  }
  return sessions;
}

import { deepEqual } from "node:assert/strict";
import type { LatestQuery, TimeseriesQuery } from "../../client/events/queries.js";
import type { Event, EventId, NewEvent, Payload } from "../../log/model/event.js";
import { compareEventIds } from "../../log/model/event-id.js";
import { matchesQueryType, type QueryType } from "../../log/model/query-type.js";
import { compareTimestamps, type Timestamp } from "../../log/model/timestamp.js";
import { at, type Rig } from "./rig.js";

const byTime = { order: "ascending", orderBy: "timestamp" } as const;
const bySource = { order: "ascending", orderBy: "sourceTimestamp" } as const;

/** Everything that an answer may be ordered by. */
export const orders = [
  byTime,
  { ...byTime, order: "descending" },
  bySource,
  { ...bySource, order: "descending" },
] as const;

/** What a log has been given, and what it has to answer: by looking at everything. */
export class History {
  /** In the order in which they came. */
  readonly events: Event[] = [];
  #session = 0;

  constructor(private readonly rig: Rig) {}

  /** Appends, and checks that it is answered right. */
  async append(events: readonly NewEvent[]): Promise<readonly Event[]> {
    const { log, now } = this.rig;
    this.#session++;
    const stored = events.map((each, i) =>
      this.#event(each, { server: 1, session: this.#session, instance: i + 1 }, now),
    );
    const { events: ids, timestamp, replayed } = await log.append(events);
    const versions = stored.map(({ id, stream }) => ({ id, version: stream?.version }));
    deepEqual({ ids, timestamp, replayed }, { ids: versions, timestamp: now, replayed: false });
    return stored;
  }

  /** Imports a session of a peer. */
  async import(
    server: number,
    session: number,
    timestamp: Timestamp,
    events: readonly NewEvent[],
  ): Promise<void> {
    const imported = events.map((each, i) =>
      this.#event(each, { server, session, instance: i + 1 }, timestamp),
    );
    deepEqual(await this.rig.host.import(imported), { stored: events.length, skipped: [] });
  }

  /** All of the answer to a query. */
  timeseries(query: Omit<TimeseriesQuery, "limit" | "cursor">): Event[] {
    const { types, from, to, sourceFrom, sourceTo, after } = query;
    const { order = "descending", orderBy = "timestamp" } = query;
    const isBySource = orderBy === "sourceTimestamp";
    const found = this.events.filter(
      ({ type, timestamp, sourceTimestamp }) =>
        isAsked(type, types) &&
        isWithin(timestamp, from, to) &&
        (isBySource || sourceFrom || sourceTo ? sourceTimestamp !== undefined : true) &&
        isWithin(sourceTimestamp ?? timestamp, sourceFrom, sourceTo),
    );
    const timeOf = (each: Event) => (isBySource ? each.sourceTimestamp! : each.timestamp);
    found.sort((a, b) => compareTimestamps(timeOf(a), timeOf(b)) || compareEventIds(a.id, b.id));
    if (order === "descending") found.reverse();
    if (after === undefined) return found;
    return found.slice(found.findIndex(({ id }) => compareEventIds(id, after) === 0) + 1);
  }

  /** The last event of each type, in the order in which the types came first. */
  latest({ types }: Pick<LatestQuery, "types">): Event[] {
    const found = new Map<string, Event>();
    for (const each of this.events) {
      const name = JSON.stringify(each.type);
      const known = found.get(name);
      const isLater =
        known === undefined || compareTimestamps(each.timestamp, known.timestamp) >= 0;
      if (isAsked(each.type, types) && isLater) found.set(name, each);
    }
    return [...found.values()];
  }

  /** What one server has stored. */
  server(server: number): Event[] {
    return this.events.filter(({ id }) => id.server === server);
  }

  /** The events of a stream, the oldest first. */
  stream(streamKey: string): Event[] {
    return this.events.filter(({ stream }) => stream?.key === streamKey);
  }

  #event({ streamKey, payload, ...rest }: NewEvent, id: EventId, timestamp: Timestamp): Event {
    const made: Event = {
      ...rest,
      id,
      timestamp,
      ...(payload && { payload: payload as Payload }),
      ...(streamKey !== undefined && {
        stream: { key: streamKey, version: this.stream(streamKey).length + 1 },
      }),
    };
    this.events.push(made);
    return made;
  }
}

function isAsked(type: readonly string[], types: readonly QueryType[] | undefined): boolean {
  return types === undefined || types.some((each) => matchesQueryType(type, each));
}

function isWithin(
  time: Timestamp,
  from: Timestamp | undefined,
  to: Timestamp | undefined,
): boolean {
  return (
    (from === undefined || compareTimestamps(time, from) >= 0) &&
    (to === undefined || compareTimestamps(time, to) <= 0)
  );
}

const types = ["a", "a/b", "a/c", "b", "b/a/x"];

/** A history of three servers, of which much has the same time, type or stream. */
export async function someHistory(rig: Rig): Promise<History> {
  const history = new History(rig);
  let count = 0;
  const next = (): NewEvent => {
    const i = count++;
    return {
      type: i % 11 === 10 ? [] : types[i % types.length]!.split("/"),
      payload: { json: i },
      ...(i % 3 > 0 && { sourceTimestamp: at(500 + ((i * 7) % 5), i % 2) }),
      ...(i % 4 === 0 && { streamKey: i % 8 === 0 ? "s" : "t" }),
    };
  };
  for (let step = 0; step < 12; step++) {
    rig.now = at(1_000 + Math.floor(step / 3), 999_999);
    await history.append(Array.from({ length: 1 + (step % 3) }, next));
    if (step % 4 === 1) await history.import(2, step, rig.now, [next(), next()]);
    if (step % 6 === 2)
      await history.import(7, step + 5, at(1_000 + Math.floor(step / 3), step), [next()]);
  }
  return history;
}

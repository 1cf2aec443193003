import type { EventRef } from "../index/tail.js";
import type { Event } from "../model/event.js";
import type { StoredEvent } from "../stored-event.js";
import { maxSession } from "../tables.js";
import { type ReadContext, Reading } from "./log-reader.js";
import { QueryCheck } from "./query-check.js";
import { lastOf, VersionRuns } from "./version-runs.js";

/** Versions that are read at once. */
const maxChunk = 64;

/** Asks for the events of one stream. */
export interface StreamQuery {
  readonly streamKey: string;
  /** Only versions behind this one, in the order of the query: greater, or smaller ones. */
  readonly after?: number;
  /** Default `"ascending"`: the oldest first. */
  readonly order?: "ascending" | "descending";
  /** Events of the page, at most; default and limit: `maxPageEvents` of the log. */
  readonly limit?: number;
}

/** A part of a stream. */
export interface StreamPage {
  readonly events: readonly Event[];
  /** The last version of the stream; 0 if it has none. */
  readonly version: number;
  /** With it as `after` the query goes on; `undefined`: there is nothing more. */
  readonly next: number | undefined;
}

/** @throws SluiceError `query_invalid` */
export async function queryStream(context: ReadContext, query: StreamQuery): Promise<StreamPage> {
  const { streamKey, after, order = "ascending" } = query;
  const check = new QueryCheck();
  const limit = check.limit(query.limit, context.limits.maxPageEvents);
  check.key("streamKey", streamKey, context.limits.maxKeyBytes);
  const reverse = check.one("order", order, ["ascending", "descending"]) === "descending";
  if (after !== undefined) check.integer("after", after, 0, maxSession);
  check.finish();
  const reading = new Reading(context);
  const runs = new VersionRuns(context.storage, reading.view, streamKey);
  const version = await runs.last();
  const page = reading.page(limit);
  const { events } = page;
  let at = reverse ? Math.min(after ?? version + 1, version + 1) - 1 : (after ?? 0) + 1;
  while (at >= 1 && at <= version) {
    if (page.isFull || reading.budget.isSpent) {
      return { events, version, next: reverse ? at + 1 : at - 1 };
    }
    const run = await (reverse ? runs.upTo(at) : runs.from(at));
    if (run === undefined) break;
    // Where versions have been removed, the next ones that are there.
    at = reverse ? Math.min(at, lastOf(run)) : Math.max(at, run.first);
    const count = reading.records.capacity(Math.min(page.room, maxChunk));
    const index = at - run.first;
    const refs = reverse
      ? run.refs(Math.max(0, index + 1 - count), index + 1).reverse()
      : run.refs(index, index + count);
    for (const event of await read(reading, refs)) {
      const { version: next } = event.stream!;
      if (page.isFull) return { events, version, next: reverse ? next + 1 : next - 1 };
      page.add(event);
    }
    at += reverse ? -refs.length : refs.length;
  }
  return { events, version, next: undefined };
}

async function read(reading: Reading, refs: readonly EventRef[]): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let from = 0; from < refs.length; ) {
    const { server } = refs[from]!;
    let to = from;
    while (to < refs.length && refs[to]!.server === server) to++;
    events.push(...(await readOf(reading, server, refs.slice(from, to))));
    from = to;
  }
  reading.budget.spend(refs.length);
  await reading.budget.pause();
  return events;
}

/** The events of one server, in the order of the refs. */
async function readOf(
  { records, context }: Reading,
  server: number,
  refs: readonly EventRef[],
): Promise<StoredEvent[]> {
  const ordered = refs.toSorted((a, b) => a.session - b.session || a.instance - b.instance);
  const places = ordered.flatMap(({ session, instance }) => [session, instance]);
  const found = new Map<string, StoredEvent>();
  for (const { events } of await records.get(server, places)) {
    for (const event of events) found.set(`${event.id.session}:${event.id.instance}`, event);
  }
  return refs.flatMap(({ session, instance }) => {
    const event = found.get(`${session}:${instance}`);
    return event !== undefined && context.isVisible(event) ? [event] : [];
  });
}

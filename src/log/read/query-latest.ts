import type { QueryType } from "../model/query-type.js";
import { compareTimestamps } from "../model/timestamp.js";
import type { StoredEvent } from "../stored-event.js";
import { maxInstance } from "../tables.js";
import { formatCursor, parseCursor } from "./cursor-text.js";
import { type ReadContext, Reading } from "./log-reader.js";
import { QueryCheck } from "./query-check.js";
import { beginning } from "./session-cursor.js";
import type { EventPage } from "./timeseries-query.js";

/** Asks for the last event of each type. */
export interface LatestQuery {
  /** Types that one of these matches; default: all. */
  readonly types?: readonly QueryType[];
  /** Types of the page, at most; default and limit: `maxPageEvents` of the log. */
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * The last event of each type, in the order in which the types came first. Among events of several
 * servers it is the one with the latest timestamp; of those with the same, the one that came last.
 *
 * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`.
 */
export async function queryLatest(context: ReadContext, query: LatestQuery): Promise<EventPage> {
  const { types, cursor } = query;
  const check = new QueryCheck();
  const limit = check.limit(query.limit, context.limits.maxPageEvents);
  const subscription = check.types(types);
  check.finish();
  const [next = 0] = cursor === undefined ? [] : parseCursor(types, cursor);
  const matching = [...context.types.matching(subscription)]
    .filter((type) => type >= next)
    .sort((a, b) => a - b);
  const reading = new Reading(context);
  const page = reading.page(limit);
  const { events } = page;
  for (const type of matching) {
    if (page.isFull || (type !== matching[0] && reading.budget.isSpent)) {
      return { events, cursor: formatCursor(types, [type]) };
    }
    const latest = await latestOf(reading, type);
    if (latest !== undefined) page.add(latest);
    reading.budget.spend(1);
    await reading.budget.pause();
  }
  return { events, cursor: undefined };
}

interface Candidate {
  readonly event: StoredEvent;
  readonly position: number;
}

/** The last event of a type that is visible. */
export async function latestOf(reading: Reading, type: number): Promise<StoredEvent | undefined> {
  const candidates: Candidate[] = [];
  for (const [server, { session }] of reading.ends) {
    const last = await lastOf(reading, type, server, session);
    if (last !== undefined) candidates.push(last);
  }
  const latest = candidates.reduce<Candidate | undefined>(
    (best, each) => (best === undefined || isLater(each, best) ? each : best),
    undefined,
  );
  return latest?.event;
}

async function lastOf(
  reading: Reading,
  type: number,
  server: number,
  session: number,
): Promise<Candidate | undefined> {
  const { context } = reading;
  const span = { after: beginning, upTo: { session, instance: maxInstance } };
  const filter = { listed: [type], matches: () => true };
  for (let budget = reading.newBudget(), upTo = span.upTo; ; budget = reading.newBudget()) {
    const cursor = reading.cursor(server, { ...span, upTo }, true, filter, budget);
    for (;;) {
      const records = await cursor.next(1);
      for (const { position, events } of records) {
        const event = events.findLast((each) => context.isVisible(each));
        if (event !== undefined) return { event, position };
      }
      if (records.length === 0) break;
    }
    if (!budget.isSpent || cursor.place === undefined) return undefined;
    upTo = { ...cursor.place, instance: cursor.place.instance - 1 };
  }
}

function isLater(a: Candidate, b: Candidate): boolean {
  return (compareTimestamps(a.event.timestamp, b.event.timestamp) || a.position - b.position) > 0;
}

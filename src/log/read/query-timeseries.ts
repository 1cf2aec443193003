import { momentOf } from "../moment.js";
import type { StoredEvent } from "../stored-event.js";
import { formatCursor, parseCursor } from "./cursor-text.js";
import { compareByTime } from "./event-order.js";
import { type ReadContext, Reading } from "./log-reader.js";
import type { Page } from "./page.js";
import { querySourceTime } from "./query-source-time.js";
import { ServerFeed } from "./server-feed.js";
import { type Places, readPlaces, writePlaces } from "./server-places.js";
import { resumed } from "./session-cursor.js";
import { spanOf } from "./time-bounds.js";
import { type AskedTimeseries, checkTimeseries, isIn, isInTime } from "./timeseries-check.js";
import type { EventPage, TimeseriesQuery } from "./timeseries-query.js";
import { typeFilter } from "./type-filter.js";

/** Events that are fetched from each of several servers at once. */
const readAhead = 64;

const nothing: EventPage = { events: [], cursor: undefined };

/** @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`. */
export async function queryTimeseries(
  context: ReadContext,
  query: TimeseriesQuery,
): Promise<EventPage> {
  const asked = checkTimeseries(query, context.limits.maxPageEvents);
  const { cursor, limit: _, ...identity } = query;
  const numbers = cursor === undefined ? undefined : parseCursor(identity, cursor);
  if (asked.isEmpty) return nothing;
  const reading = new Reading(context);
  const behind = asked.after && (await reading.find(asked.after));
  if (asked.after !== undefined && !isInSequence(behind, asked)) return nothing;
  if (asked.bySource) return querySourceTime(reading, asked, behind, identity, numbers);
  const feeds = await openFeeds(reading, asked, behind, numbers && readPlaces(numbers));
  const page = reading.page(asked.limit);
  const isEnd = await merge(feeds, page, asked.reverse);
  const { events } = page;
  return { events, cursor: isEnd ? undefined : formatCursor(identity, writePlaces(feeds)) };
}

/** Whether a query that begins after an event may find anything: only if it could find that one. */
function isInSequence(
  event: StoredEvent | undefined,
  { bySource, time, sourceTime }: AskedTimeseries,
): event is StoredEvent {
  if (event === undefined) return false;
  if (!bySource) return isIn(momentOf(event.timestamp), time);
  const { sourceTimestamp } = event;
  return sourceTimestamp !== undefined && isIn(momentOf(sourceTimestamp), sourceTime);
}

async function openFeeds(
  reading: Reading,
  asked: AskedTimeseries,
  behind: StoredEvent | undefined,
  places: Places | undefined,
): Promise<ServerFeed[]> {
  const { context, records, ends } = reading;
  const { subscription, reverse } = asked;
  const filter = typeFilter(context.types, subscription);
  const edge = behind && momentOf(behind.timestamp);
  const time = { ...asked.time, ...(edge && (reverse ? { to: edge } : { from: edge })) };
  const isWanted = (event: StoredEvent) =>
    !event.isReleased &&
    isInTime(event, asked) &&
    context.isVisible(event) &&
    isBehind(event, behind, reverse);
  const feeds: ServerFeed[] = [];
  for (const [server, end] of ends) {
    // One that was not there on the first page would come too late for the order.
    if (places !== undefined && !places.has(server)) continue;
    const whole = await spanOf(records, server, end, time);
    const span = resumed(whole, places?.get(server), reverse);
    // Each its own: else those that come first could keep the others from getting anywhere.
    const budget = reading.newBudget();
    const cursor = reading.cursor(server, span, reverse, filter, budget);
    feeds.push(new ServerFeed(server, cursor, places?.get(server), reverse, isWanted, budget));
  }
  return feeds;
}

function isBehind(event: StoredEvent, behind: StoredEvent | undefined, reverse: boolean): boolean {
  if (behind === undefined) return true;
  return reverse ? compareByTime(event, behind) < 0 : compareByTime(event, behind) > 0;
}

/** Fills a page with what comes next; whether that was everything. */
async function merge(feeds: readonly ServerFeed[], page: Page, reverse: boolean): Promise<boolean> {
  for (;;) {
    const ahead = feeds.length === 1 ? page.room + 1 : readAhead;
    let next: ServerFeed | undefined;
    for (const feed of feeds) {
      if (feed.first === undefined && !(await feed.load(ahead))) {
        if (feed.isOver) continue;
        // Nobody knows what it would have had.
        return false;
      }
      if (next === undefined || isBefore(feed, next, reverse)) next = feed;
    }
    if (next === undefined) return true;
    if (page.isFull) return false;
    page.add(next.first!);
    next.shift();
  }
}

function isBefore(a: ServerFeed, b: ServerFeed, reverse: boolean): boolean {
  const order = compareByTime(a.first!, b.first!);
  return reverse ? order > 0 : order < 0;
}

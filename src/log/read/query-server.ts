import type { EventId } from "../model/event.js";
import { maxServer } from "../tables.js";
import { formatCursor, parseCursor } from "./cursor-text.js";
import { type ReadContext, Reading } from "./log-reader.js";
import { QueryCheck } from "./query-check.js";
import { ServerFeed } from "./server-feed.js";
import { readPlaces } from "./server-places.js";
import { beginning, type Place } from "./session-cursor.js";
import type { EventPage } from "./timeseries-query.js";

/** Asks for everything that one server has stored. */
export interface ServerQuery {
  readonly server: number;
  /** Only what comes after this id, which need not exist; it must be of that server. */
  readonly after?: EventId;
  /** Events of the page, at most; default and limit: `maxPageEvents` of the log. */
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * The events of one server in the order of their ids: all that are stored, also those which do not
 * meet the log's conditions any more, so that a copy is complete.
 *
 * @throws SluiceError `query_invalid`
 */
export async function queryServer(context: ReadContext, query: ServerQuery): Promise<EventPage> {
  const { cursor, limit: _, ...identity } = query;
  const { server, after } = query;
  const check = new QueryCheck();
  const limit = check.limit(query.limit, context.limits.maxPageEvents);
  check.integer("server", server, 0, maxServer);
  if (after !== undefined) {
    check.eventId("after", after);
    if (after.server !== server) check.refuse("after.server", `must be ${server}, the server's`);
  }
  check.finish();
  const numbers = cursor === undefined ? undefined : parseCursor(identity, cursor);
  const start: Place | undefined =
    numbers === undefined ? after : readPlaces([server, ...numbers]).get(server);
  const reading = new Reading(context);
  const end = reading.ends.get(server);
  if (end === undefined) return { events: [], cursor: undefined };
  const { session, instance } = end;
  const span = { after: start ?? beginning, upTo: { session, instance } };
  const everything = { listed: undefined, matches: () => true };
  const records = reading.cursor(server, span, false, everything);
  const feed = new ServerFeed(server, records, start, false, () => true, reading.budget);
  const page = reading.page(limit);
  const { events } = page;
  while (await feed.load(page.room + 1)) {
    if (page.isFull) break;
    page.add(feed.first!);
    feed.shift();
  }
  if (feed.isOver) return { events, cursor: undefined };
  const { place = beginning } = feed;
  return { events, cursor: formatCursor(identity, [place.session, place.instance]) };
}

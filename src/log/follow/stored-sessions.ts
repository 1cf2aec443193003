import type { Reading } from "../read/log-reader.js";
import type { SessionCursor } from "../read/session-cursor.js";
import { typeFilter } from "../read/type-filter.js";
import type { SessionRecord } from "../record.js";
import type { Wanted } from "./check-follow.js";
import { placeBehind } from "./position-search.js";

/** Events that are read at once. */
const pageEvents = 512;

/** The records of one server that are read and not given yet. */
interface Feed {
  readonly cursor: SessionCursor;
  records: SessionRecord[];
  at: number;
}

/**
 * The records behind a position, in the order in which they came, with the events of some types; in
 * pages.
 */
export async function* storedSessions(
  reading: Reading,
  { subscription, server: only }: Pick<Wanted, "subscription" | "server">,
  position: number,
): AsyncGenerator<readonly SessionRecord[], void> {
  const filter = typeFilter(reading.context.types, subscription);
  const feeds: Feed[] = [];
  for (const [server, { session, instance }] of reading.ends) {
    if (only !== undefined && server !== only) continue;
    const after = await placeBehind(reading, server, position);
    const span = { after, upTo: { session, instance } };
    const cursor = reading.cursor(server, span, false, filter, reading.unlimited());
    feeds.push({ cursor, records: [], at: 0 });
  }
  for (;;) {
    const page = await nextPage(feeds);
    if (page.length === 0) return;
    yield page.filter((record) => record.position > position);
  }
}

/** The next records of all servers, as far as they are read without a further look at storage. */
async function nextPage(feeds: readonly Feed[]): Promise<SessionRecord[]> {
  for (const feed of feeds) {
    if (feed.at < feed.records.length) continue;
    feed.records = await feed.cursor.next(pageEvents);
    feed.at = 0;
  }
  const page: SessionRecord[] = [];
  for (;;) {
    let next: Feed | undefined;
    for (const feed of feeds) {
      const record = feed.records[feed.at];
      // Of one whose page has been read to its end there may be more.
      if (record === undefined && feed.records.length > 0) return page;
      if (record === undefined) continue;
      if (next === undefined || record.position < next.records[next.at]!.position) next = feed;
    }
    if (next === undefined) return page;
    page.push(next.records[next.at++]!);
  }
}

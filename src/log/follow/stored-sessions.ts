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

/** The records behind a position, in the order in which they came, with the events of some types. */
export async function* storedSessions(
  reading: Reading,
  { subscription, server: only }: Pick<Wanted, "subscription" | "server">,
  position: number,
): AsyncGenerator<SessionRecord, void> {
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
    let next: Feed | undefined;
    for (const feed of feeds) {
      if (feed.at === feed.records.length) {
        feed.records = await feed.cursor.next(pageEvents);
        feed.at = 0;
      }
      const record = feed.records[feed.at];
      if (record === undefined) continue;
      if (next === undefined || record.position < next.records[next.at]!.position) next = feed;
    }
    if (next === undefined) return;
    const record = next.records[next.at++]!;
    if (record.position > position) yield record;
  }
}

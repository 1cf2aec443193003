import type { ServerEnd } from "../index/tail.js";
import { compareMoments, type Moment } from "../moment.js";
import { maxInstance } from "../tables.js";
import type { RecordReader } from "./record-reader.js";
import { beginning, type Place, type Span } from "./session-cursor.js";

/** Times from which, and up to which, both included. */
export interface TimeRange {
  readonly from: Moment | undefined;
  readonly to: Moment | undefined;
}

/**
 * Where the events of a time are, among those of one server, whose times never go back. A record
 * has the time of its first event; the last ones of one that was imported may be later, so at the
 * beginning there may be some that are too early.
 */
export async function spanOf(
  records: RecordReader,
  server: number,
  { session, instance }: ServerEnd,
  { from, to }: TimeRange,
): Promise<Span> {
  const [first, last] = await Promise.all([
    from && firstRecord(records, server, session, (time) => compareMoments(time, from) >= 0),
    to && firstRecord(records, server, session, (time) => compareMoments(time, to) > 0),
  ]);
  return {
    after: first === undefined ? beginning : await before(records, server, first),
    upTo: last === undefined ? { session, instance } : { session: last - 1, instance: maxInstance },
  };
}

/** The session of the first record that is late enough; the one behind the last if none is. */
async function firstRecord(
  records: RecordReader,
  server: number,
  lastSession: number,
  isLate: (time: Moment) => boolean,
): Promise<number> {
  let low = 0;
  let high = lastSession + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await records.firstFrom(server, middle, high);
    if (found === undefined || isLate(found.time)) high = middle;
    else low = found.session + 1;
  }
  return high;
}

/** Where the session before another begins. */
async function before(records: RecordReader, server: number, session: number): Promise<Place> {
  const last = await records.lastBefore(server, session);
  return last === undefined ? beginning : { session: last - 1, instance: maxInstance };
}

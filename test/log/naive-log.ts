import type { Event } from "../../src/log/model/event.js";
import { compareEventIds } from "../../src/log/model/event-id.js";
import { matchesQueryType, type QueryType } from "../../src/log/model/query-type.js";
import { compareTimestamps, type Timestamp } from "../../src/log/model/timestamp.js";
import type { TimeseriesQuery } from "../../src/log/read/timeseries-query.js";

/** What a log should answer, computed from all its events in the order in which they came. */
export class NaiveLog {
  readonly events: Event[] = [];

  timeseries(query: TimeseriesQuery): Event[] {
    const { types, from, to, sourceFrom, sourceTo } = query;
    const bySource = query.orderBy === "sourceTimestamp";
    const time = (event: Event) => (bySource ? event.sourceTimestamp! : event.timestamp);
    const sign = query.order === "ascending" ? 1 : -1;
    return this.events
      .filter(({ type }) => matchesAny(type, types))
      .filter(({ timestamp }) => isIn(timestamp, from, to))
      .filter(({ sourceTimestamp }) => {
        if (sourceTimestamp !== undefined) return isIn(sourceTimestamp, sourceFrom, sourceTo);
        return !bySource && sourceFrom === undefined && sourceTo === undefined;
      })
      .sort((a, b) => sign * (compareTimestamps(time(a), time(b)) || compareEventIds(a.id, b.id)));
  }

  latest(types: readonly QueryType[] | undefined): Event[] {
    const latest = new Map<string, Event>();
    for (const event of this.events) {
      if (!matchesAny(event.type, types)) continue;
      const name = JSON.stringify(event.type);
      const known = latest.get(name);
      // Later ones of the same time win: they came later.
      if (known === undefined || compareTimestamps(event.timestamp, known.timestamp) >= 0) {
        latest.set(name, event);
      }
    }
    return [...latest.values()];
  }

  server(server: number): Event[] {
    return this.events
      .filter(({ id }) => id.server === server)
      .sort((a, b) => compareEventIds(a.id, b.id));
  }

  stream(key: string): Event[] {
    return this.events
      .filter(({ stream }) => stream?.key === key)
      .sort((a, b) => a.stream!.version - b.stream!.version);
  }
}

function matchesAny(type: readonly string[], types: readonly QueryType[] | undefined): boolean {
  return types === undefined || types.some((each) => matchesQueryType(type, each));
}

function isIn(time: Timestamp, from: Timestamp | undefined, to: Timestamp | undefined): boolean {
  return (
    (from === undefined || compareTimestamps(time, from) >= 0) &&
    (to === undefined || compareTimestamps(time, to) <= 0)
  );
}

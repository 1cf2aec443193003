import { expect } from "vitest";
import type { EventLog } from "../../../src/log/event-log.js";
import type { Event } from "../../../src/log/model/event.js";
import { formatEventId } from "../../../src/log/model/event-id.js";
import type { QueryType } from "../../../src/log/model/query-type.js";
import type { Timestamp } from "../../../src/log/model/timestamp.js";
import type { StoredEvent } from "../../../src/log/stored-event.js";
import { NaiveLog } from "../naive-log.js";

const typesAskedFor: readonly (readonly QueryType[] | undefined)[] = [
  undefined,
  [["single", "?", "3"]],
  [
    ["stream", "*"],
    ["keyed", "2"],
  ],
  [["large", "7"]],
  [["peer", "1"]],
];

/**
 * What is found by type, by either time and by stream must be what the records of sessions have.
 *
 * @param records all events, as they lie there.
 * @param from earlier ones were looked for before.
 */
export async function checkIndex(
  log: EventLog,
  records: NaiveLog,
  streams: readonly string[],
  from?: Timestamp,
): Promise<void> {
  const history = new NaiveLog();
  for (const event of records.events) {
    if (!(event as StoredEvent).isReleased) history.events.push(event);
  }
  for (const types of typesAskedFor) {
    for (const orderBy of ["timestamp", "sourceTimestamp"] as const) {
      const query = { types, from, orderBy, order: "ascending" as const };
      const found = await pages((cursor) => log.queryTimeseries({ ...query, cursor }));
      expectSame(found, history.timeseries(query));
    }
  }
  const expected = new Map<string, Event[]>(streams.map((streamKey) => [streamKey, []]));
  for (const event of records.events) expected.get(event.stream?.key ?? "")?.push(event);
  for (const [streamKey, events] of expected) {
    expectSame(await streamEvents(log, streamKey), events);
  }
}

/** All pages of a query. */
export async function pages(
  ask: (cursor?: string) => Promise<{ events: readonly Event[]; cursor: string | undefined }>,
): Promise<Event[]> {
  const found: Event[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    found.push(...page.events);
    cursor = page.cursor;
    if (cursor === undefined) return found;
  }
}

/** Events with the same ids in the same order: many are compared as a text, at once. */
export function expectSame(found: readonly Event[], expected: readonly Event[]): void {
  const [actual, wanted] = [found, expected].map((events) => {
    return events.map(({ id }) => formatEventId(id)).join(" ");
  }) as [string, string];
  if (actual !== wanted) expect(actual.split(" ")).toEqual(wanted.split(" "));
}

async function streamEvents(log: EventLog, streamKey: string): Promise<Event[]> {
  const found: Event[] = [];
  for (let after = 0; ; ) {
    const { events, version, next } = await log.readStream({ streamKey, after });
    found.push(...events);
    if (next !== undefined) {
      after = next;
      continue;
    }
    expect(version).toBeGreaterThanOrEqual(found.at(-1)?.stream?.version ?? 0);
    return found;
  }
}

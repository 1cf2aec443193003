import type { EventId } from "../model/event.js";
import type { Subscription } from "../model/subscription.js";
import { compareMoments, type Moment, momentOf } from "../moment.js";
import type { StoredEvent } from "../stored-event.js";
import { QueryCheck } from "./query-check.js";
import type { TimeRange } from "./time-bounds.js";
import type { TimeseriesQuery } from "./timeseries-query.js";

/** A timeseries query, checked. */
export interface AskedTimeseries {
  readonly subscription: Subscription;
  /** No event can have such a time. */
  readonly isEmpty: boolean;
  readonly time: TimeRange;
  readonly sourceTime: TimeRange;
  readonly reverse: boolean;
  readonly bySource: boolean;
  readonly limit: number;
  readonly after: EventId | undefined;
}

const always: TimeRange = { from: undefined, to: undefined };

/** @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`. */
export function checkTimeseries(query: TimeseriesQuery, maxPageEvents: number): AskedTimeseries {
  const { types, from, to, sourceFrom, sourceTo, after } = query;
  const { order = "descending", orderBy = "timestamp" } = query;
  const check = new QueryCheck();
  const time = check.timeRange(["from", from], ["to", to]);
  const sourceTime = check.timeRange(["sourceFrom", sourceFrom], ["sourceTo", sourceTo]);
  const asked: AskedTimeseries = {
    subscription: check.types(types),
    isEmpty: time === undefined || sourceTime === undefined,
    time: time ?? always,
    sourceTime: sourceTime ?? always,
    reverse: check.one("order", order, ["ascending", "descending"]) === "descending",
    bySource: check.one("orderBy", orderBy, ["timestamp", "sourceTimestamp"]) === "sourceTimestamp",
    limit: check.limit(query.limit, maxPageEvents),
    after,
  };
  if (after !== undefined) check.eventId("after", after);
  check.finish();
  return asked;
}

/** Whether the times of an event are those that a query asks for. */
export function isInTime(
  { timestamp, sourceTimestamp }: StoredEvent,
  { time, sourceTime }: AskedTimeseries,
): boolean {
  if (!isIn(momentOf(timestamp), time)) return false;
  if (sourceTime.from === undefined && sourceTime.to === undefined) return true;
  return sourceTimestamp !== undefined && isIn(momentOf(sourceTimestamp), sourceTime);
}

export function isIn(moment: Moment, { from, to }: TimeRange): boolean {
  return (
    (from === undefined || compareMoments(moment, from) >= 0) &&
    (to === undefined || compareMoments(moment, to) <= 0)
  );
}

import type { Event, EventId } from "../model/event.js";
import type { QueryType } from "../model/query-type.js";
import type { Timestamp } from "../model/timestamp.js";

/** Asks for events by type and time. */
export interface TimeseriesQuery {
  /** Events whose type one of these matches; default: all events. */
  readonly types?: readonly QueryType[];
  /** The earliest and the latest timestamp, both included. */
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  /** The same of the source timestamp; events without one are left out. */
  readonly sourceFrom?: Timestamp;
  readonly sourceTo?: Timestamp;
  /** Default `"descending"`: the newest first. Ties are ordered by id, likewise. */
  readonly order?: "ascending" | "descending";
  /** Default `"timestamp"`. By `"sourceTimestamp"`, events without one are left out. */
  readonly orderBy?: "timestamp" | "sourceTimestamp";
  /** Events of the page, at most; default and limit: `maxPageEvents` of the log. */
  readonly limit?: number;
  /** Of the page before this one, of the same query. */
  readonly cursor?: string;
  /** Instead of a cursor: only what comes after this event, in the order of the query. */
  readonly after?: EventId;
}

/** A part of the answer to a query. */
export interface EventPage {
  readonly events: readonly Event[];
  /** With it the query goes on after this page; `undefined`: there is nothing more. */
  readonly cursor: string | undefined;
}

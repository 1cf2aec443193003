import type { Event, EventId } from "../../log/model/event.js";
import type { EventPage, TimeseriesQuery } from "../../log/read/timeseries-query.js";

export type { EventPage, TimeseriesQuery };

/** Asks for the last event of each type. */
export type LatestQuery = Pick<TimeseriesQuery, "types" | "limit" | "cursor">;

/** Asks for everything that one server has stored. */
export interface ServerQuery extends Pick<TimeseriesQuery, "limit" | "cursor"> {
  readonly server: number;
  /** Only what comes after this id, which need not exist; it must be of that server. */
  readonly after?: EventId;
}

/** Asks for the events of one stream. */
export interface StreamQuery extends Pick<TimeseriesQuery, "limit"> {
  readonly streamKey: string;
  /** Only versions behind this one, in the order of the query: greater, or smaller ones. */
  readonly after?: number;
  /** Default `"ascending"`: the oldest first. */
  readonly order?: "ascending" | "descending";
}

/** A part of a stream. */
export interface StreamPage {
  readonly events: readonly Event[];
  /** The last version of the stream; 0 if it has none. */
  readonly version: number;
  /** With it as `after` the query goes on; `undefined`: there is nothing more. */
  readonly next: number | undefined;
}

import type { Event, EventId } from "../model/event.js";
import type { QueryType } from "../model/query-type.js";

/** A place in the stream that is followed: behind this version, 0 for its beginning. */
export interface StreamVersion {
  readonly version: number;
}

/** What to follow, and from where. */
export interface SubscribeOptions {
  /** Events whose type one of these matches; default: all events. */
  readonly types?: readonly QueryType[];
  /** Instead of types: the events of one stream. */
  readonly streamKey?: string;
  /** Only what this server has stored. */
  readonly server?: number;
  /**
   * Everything; what comes from now on (default); or what came behind an event, session 0 for the
   * first; of a stream, also what came behind a version.
   */
  readonly from?: "start" | "now" | EventId | StreamVersion;
  /**
   * What becomes of a loop that is slower than the log: `"fifo"` (default) gives it everything, from
   * storage if need be; `"latest"` skips what does not fit into its queue, once it has caught up.
   */
  readonly policy?: "fifo" | "latest";
  /** For `"latest"`: sessions that are kept for it, from 1 to 4,096; default 1. */
  readonly queueSize?: number;
  /** Ends the subscription; the loop throws its reason. */
  readonly signal?: AbortSignal;
}

/** Events of one session, in their order, all of those that are asked for. */
export interface SessionBatch {
  readonly events: readonly Event[];
  /** Sessions before it with events that were asked for, and were skipped. */
  readonly skipped?: number;
}

/** What a subscription gives. */
export type Followed =
  | SessionBatch
  /** Everything that was there has been given; what follows happens now. */
  | { readonly caughtUp: true };

/** A subscription: to be iterated once. */
export interface Following extends AsyncIterable<Followed> {
  /**
   * Up to where everything has been given, also what was not asked for. Another subscription to the
   * same goes on `from` here, without a gap and without a repetition. What the loop has been given
   * last counts once it asks for more; before the first there may be nothing to go on from.
   */
  readonly reached: EventId | StreamVersion | undefined;
}

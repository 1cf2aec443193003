import type { Event, EventId } from "../model/event.js";
import type { QueryType } from "../model/query-type.js";

/** What to follow, and from where. */
export interface SubscribeOptions {
  /** Events whose type one of these matches; default: all events. */
  readonly types?: readonly QueryType[];
  /** Instead of types: the events of one stream. */
  readonly streamKey?: string;
  /** Only what this server has stored. */
  readonly server?: number;
  /** Everything; what comes from now on (default); or what came behind an event. */
  readonly from?: "start" | "now" | EventId;
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

/** What a subscription gives. */
export type Followed =
  /** Events of one session, in their order, all of those that are asked for. */
  | {
      readonly events: readonly Event[];
      /** Sessions before it that were skipped, asked for or not. */
      readonly skipped?: number;
    }
  /** Everything that was there has been given; what follows happens now. */
  | { readonly caughtUp: true };

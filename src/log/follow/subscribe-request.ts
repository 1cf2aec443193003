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
  /** Ends the subscription; the loop throws its reason. */
  readonly signal?: AbortSignal;
}

/** What a subscription gives. */
export type Followed =
  /** Events of one session, in their order, all of those that are asked for. */
  | { readonly events: readonly Event[] }
  /** Everything that was there has been given; what follows happens now. */
  | { readonly caughtUp: true };

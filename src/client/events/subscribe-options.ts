import type { CallOptions, ConnectError } from "@connectrpc/connect";
import type { SubscribeOptions as LogSubscribeOptions } from "../../log/follow/subscribe-request.js";
import type { Event } from "../../log/model/event.js";
import type { Backoff } from "./backoff.js";

/**
 * What to follow, and from where. "Now" is when the server has answered: of what comes after the
 * first item, `caughtUp` if nothing else happens, nothing is missed. What happens while there is no
 * connection comes when there is one, also by the policy "latest", which skips what is new only.
 */
export interface SubscribeOptions
  extends LogSubscribeOptions,
    Pick<CallOptions, "headers" | "contextValues"> {
  /**
   * How often the server is to say that it is there when nothing happens, in milliseconds; default
   * 15,000, at least 10. Silence for 2.5 times as long means that the connection is lost.
   */
  readonly heartbeatMs?: number;
  readonly backoff?: Backoff;
  /**
   * What to do when the server does not know the event to go on behind: it was removed meanwhile, or
   * is of another log. `"fail"` (default): the loop throws `event_unknown`, since nobody can tell
   * what is missing. `"start"`: everything there is comes again, also what was there before.
   * `"now"`: what happened meanwhile is passed over. Both are told, as `restarted`.
   */
  readonly onUnknown?: "fail" | "start" | "now";
  /** If set, events of the server say when this subscriber comes and goes, each time. */
  readonly clientName?: string;
}

/** What a subscription gives: events, and what happens to the connection. */
export type SubscriptionItem =
  /** Events of one session, in their order. */
  | {
      readonly kind: "events";
      readonly events: readonly Event[];
      /** By the policy "latest": sessions before it with such events, which were skipped. */
      readonly skipped?: number;
    }
  /** Everything that was there has been given; what follows happens now. Again after each gap. */
  | { readonly kind: "caughtUp" }
  /** The connection was lost, or not had; the next attempt is made after a while. */
  | {
      readonly kind: "reconnecting";
      /** From 1; counted until the connection has carried events or a heartbeat. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: ConnectError;
    }
  /** There is a connection again. What happened meanwhile follows, nothing is missing. */
  | { readonly kind: "resumed" }
  /** See `onUnknown`: events may be missing, or come again. */
  | {
      readonly kind: "restarted";
      readonly from: "start" | "now";
      /** Why: `event_unknown`. */
      readonly reason: ConnectError;
    };

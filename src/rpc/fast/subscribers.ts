import type { BroadcastMember, Outlet } from "../../fanout/broadcast.js";
import type { StreamKind } from "./stream-encodings.js";

/** Those who follow what a stream method gives. */
export interface Subscribers {
  /** Adds one, by its request. */
  subscribe(request: unknown, kind: StreamKind, outlet: Outlet): BroadcastMember;
}

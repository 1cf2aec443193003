import type { Subscription } from "../model/subscription.js";
import type { ReadContext } from "../read/log-reader.js";
import { QueryCheck } from "../read/query-check.js";
import { maxServer, maxSession } from "../tables.js";
import type { SubscribeOptions } from "./subscribe-request.js";

/** Which events are asked for. */
export interface Wanted {
  readonly subscription: Subscription;
  readonly streamKey: string | undefined;
  readonly server: number | undefined;
}

/** @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`. */
export function checkFollow({ limits }: ReadContext, options: SubscribeOptions): Wanted {
  const { types, streamKey, server, from = "now" } = options;
  const check = new QueryCheck();
  if (types !== undefined && streamKey !== undefined) {
    check.refuse("streamKey", "cannot be combined with types");
  }
  if (streamKey !== undefined) check.key("streamKey", streamKey, limits.maxKeyBytes);
  check.one("policy", options.policy ?? "fifo", ["fifo", "latest"]);
  if (options.queueSize !== undefined) check.integer("queueSize", options.queueSize, 1, 4_096);
  if (server !== undefined) check.integer("server", server, 0, maxServer);
  if (typeof from !== "object") check.one("from", from, ["start", "now"]);
  else if (!("version" in from)) check.eventId("from", from);
  else if (streamKey === undefined) check.refuse("from.version", "needs a streamKey");
  else check.integer("from.version", from.version, 0, maxSession);
  const subscription = check.types(types);
  check.finish();
  return { subscription, streamKey, server };
}

import { Policy } from "../../gen/sluice/events/v1/events_pb.js";
import { whole } from "./arguments.js";
import type { SubscribeOptions } from "./subscribe-options.js";
import { typesMessage } from "./to-messages.js";

/**
 * The request for a subscription, but for where it begins.
 *
 * @throws ConnectError `argument_invalid`, as `sluiceError()` reads it.
 */
export function subscribeMessage({
  types,
  streamKey,
  server,
  policy,
  queueSize,
  heartbeatMs,
  clientName,
}: SubscribeOptions) {
  return {
    types: typesMessage(types),
    streamKey,
    serverId: server === undefined ? undefined : whole("server", server),
    policy: policy === "latest" ? Policy.LATEST : Policy.FIFO,
    queueSize: queueSize === undefined ? undefined : whole("queueSize", queueSize, 1),
    heartbeatMs: heartbeatMs === undefined ? undefined : whole("heartbeatMs", heartbeatMs, 1),
    clientName,
  };
}

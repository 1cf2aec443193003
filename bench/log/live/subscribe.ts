/** How one subscribes over HTTP/2. */
import { envelope } from "../../lib/fan-out/envelope.js";
import type { Http2Options } from "../../lib/fan-out/http2.js";
import { service, subscribeRequest } from "../rpc/messages.js";

/** @param start a start point: see rpc/messages.ts. */
export function subscribing(
  start: number,
  connections: number,
  streamWindow?: number,
): Http2Options & { readonly name: "http2" } {
  return {
    name: "http2",
    connections,
    streamWindow,
    subscribe: {
      method: "POST",
      path: `${service}/Subscribe`,
      headers: { "content-type": "application/connect+proto", "connect-protocol-version": "1" },
      body: envelope(subscribeRequest(start)),
    },
  };
}

import { abandon } from "./abandon.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

/**
 * Ends a request whose body has not arrived after `timeoutMs`. The connection (HTTP/1.1) or stream
 * (HTTP/2) is destroyed: a client that sends a byte now and then would not read an answer either.
 */
export function destroySlowBody(
  request: NodeRequest,
  response: NodeResponse,
  timeoutMs: number,
): void {
  if (hasArrived(request)) return;
  const timer = setTimeout(() => {
    if (!hasArrived(request)) abandon(response, "cancel");
  }, timeoutMs);
  const clear = (): void => clearTimeout(timer);
  request.once("end", clear);
  request.once("close", clear);
}

/** Whether all of the body is here, read or not. */
function hasArrived(request: NodeRequest): boolean {
  // An HTTP/2 request counts itself complete only when its body has been read to the end, which
  // for a GET need never be.
  return "stream" in request ? request.stream.state.remoteClose === 1 : request.complete;
}

import type { NodeRequest } from "./server/node-handler.js";

/**
 * Ends a request whose body has not arrived after `timeoutMs`. The connection (HTTP/1.1) or stream
 * (HTTP/2) is destroyed: a client that sends a byte now and then would not read an answer either.
 */
export function destroySlowBody(request: NodeRequest, timeoutMs: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, timeoutMs);
  const clear = (): void => clearTimeout(timer);
  request.once("end", clear);
  request.once("close", clear);
}

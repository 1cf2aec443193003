import type { Http2ServerRequest } from "node:http2";
import type { NodeHandler } from "./node-handler.js";

/**
 * Refuses, with 431, HTTP/2 headers longer than `maxBytes` from clients that have not yet
 * acknowledged the server's settings. Node enforces `maxHeaderListSize` from the acknowledgement
 * on; until then it would accept megabytes, and the acknowledgement is in the client's hand.
 */
export function guardEarlyHeaders(handler: NodeHandler, maxBytes: number): NodeHandler {
  return (request, response) => {
    const session = (request as Http2ServerRequest).stream.session;
    if (session?.pendingSettingsAck && headerBytes(request.rawHeaders) > maxBytes) {
      response.writeHead(431);
      response.end();
      return;
    }
    handler(request, response);
  };
}

/** Counts as Node does for HTTP/2: names and values, nothing for the frame around them. */
function headerBytes(rawHeaders: readonly string[]): number {
  let bytes = 0;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}

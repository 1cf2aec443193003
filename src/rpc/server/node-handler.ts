import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request as Node hands it out, from HTTP/1.1 or HTTP/2. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** The response that belongs to a {@link NodeRequest}. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/**
 * Answers one request. It must not throw: nothing above it could still answer the caller.
 *
 * It should read the request's body to its end, or `resume()` it, before it writes more than the
 * client is ready for: for an unread one, Node reports no "close" when an HTTP/2 client resets the
 * stream with NO_ERROR (seen in 20.20 and 24.21), and the response stays until the session ends.
 */
export type NodeHandler = (request: NodeRequest, response: NodeResponse) => void;

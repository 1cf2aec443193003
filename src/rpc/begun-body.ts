import type { IncomingHttpHeaders } from "node:http";
import { Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from "node:http2";
import type { NodeRequest } from "./server/node-handler.js";

/** What has been read of a body by somebody who then left it to others. */
export interface BegunBody {
  readonly read: readonly Buffer[];
  /** Whether that is all there is. */
  readonly ended: boolean;
}

/** All of a body whose beginning has been read. */
export async function* wholeBody(
  { read, ended }: BegunBody,
  request: NodeRequest,
): AsyncIterable<Uint8Array> {
  let isLeft = true;
  try {
    yield* read;
    if (!ended) yield* request;
    isLeft = false;
  } finally {
    // As leaving the loop over the request itself does, which has not begun then.
    if (isLeft && "stream" in request) request.destroy();
  }
}

/** What Node makes of a stream for a `request` listener, made later, after some of it was read. */
export function compatible(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): { request: Http2ServerRequest; response: Http2ServerResponse } {
  const request = new Http2ServerRequest(stream, headers, {}, rawHeaders);
  const response = new Http2ServerResponse(stream);
  if (!stream.readableEnded) {
    // Attaches the request to a stream that was paused, which then would never flow again.
    request.read(0);
    stream.resume();
  }
  return { request, response };
}

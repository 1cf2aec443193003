import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type ServerHttp2Stream } from "node:http2";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { NodeRequest } from "./server/node-handler.js";

/** How long a client may go on sending a request that is refused, or answered already. */
const drainTimeoutMs = 2_000;

/**
 * Prepares a request for being answered before it was read to its end: a message over the limit,
 * most of all. To be called before the handler. connect-node leaves such a request lying, which harms
 * its client, and on HTTP/1.1 also the next request on the same connection.
 */
export function prepareUnreadBody(request: NodeRequest): void {
  if ("stream" in request) resetUnreadStream(request.stream);
  else request[Symbol.asyncIterator] = iterateAndKeep;
}

/**
 * HTTP/1.1: leaving the loop over a request destroys it by default; Node then stops reading the
 * socket but keeps it open, and the next request on it waits for the keep-alive timeout, only to be
 * reset. One function for all requests: a closure for each would cost more than all the rest.
 */
function iterateAndKeep(this: IncomingMessage) {
  return this.iterator({ destroyOnReturn: false });
}

/**
 * HTTP/1.1: reads what is left of a request after its answer, and throws it away, so that the
 * connection can carry the next one.
 */
export function drainAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  if (response.writableFinished) drain(request);
  else response.once("finish", () => drain(request));
}

function drain(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), drainTimeoutMs).unref();
  request.once("close", () => clearTimeout(timer));
}

/**
 * HTTP/2, for methods that are sent a single message: when the handler has stopped reading it, holds
 * what it answers back until the rest has arrived, or the time is up. Clients (Go's, for one) end a
 * request that they see answered short of its content-length; nghttp2 resets that with
 * PROTOCOL_ERROR, and the client then reports this instead of the answer.
 */
export async function answerAfterBody(
  request: Http2ServerRequest,
  answer: UniversalServerResponse,
): Promise<UniversalServerResponse> {
  if (hasEnded(request.stream)) return answer;
  await drainIfAbandoned(request);
  return answer.body === undefined ? answer : { ...answer, body: heldBack(request, answer.body) };
}

async function* heldBack(request: Http2ServerRequest, body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) {
    await drainIfAbandoned(request);
    yield chunk;
  }
  await drainIfAbandoned(request);
}

/** Leaving the loop over a request destroys it; its stream goes on. */
async function drainIfAbandoned({ destroyed, stream }: Http2ServerRequest): Promise<void> {
  if (destroyed) await drained(stream);
}

async function drained(stream: ServerHttp2Stream): Promise<void> {
  if (hasEnded(stream)) return;
  // The request of Node's compatibility layer is destroyed, and pauses its stream with each chunk.
  stream.removeAllListeners("data");
  stream.resume();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, drainTimeoutMs).unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stream.once("end", done);
    stream.once("close", done);
  });
}

/** Whether nothing more can come; a GET has ended with its header, read or not. */
function hasEnded({ endAfterHeaders, readableEnded, closed }: ServerHttp2Stream): boolean {
  return endAfterHeaders || readableEnded || closed;
}

/**
 * HTTP/2: tells a client that still sends to stop (RFC 9113, section 8.1: RST_STREAM with NO_ERROR
 * after the answer). Without it the stream's window stays shut, and a client that sends everything
 * before it reads hangs for good.
 */
function resetUnreadStream(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders) return;
  // The last step of every answer; the trailers have to be written first.
  stream.once("wantTrailers", () =>
    setImmediate(() => {
      if (!hasEnded(stream)) stream.close(constants.NGHTTP2_NO_ERROR);
    }),
  );
}

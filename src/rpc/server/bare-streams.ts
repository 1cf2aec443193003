import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";

/** Answers a stream, or returns false and has not touched it. */
export type BareStreamHandler = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
) => boolean;

/** Node's types leave the last one out. */
type StreamListener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: readonly string[],
) => void;

/**
 * Shows every stream to `handler` before Node makes a request and a response of it. To be called
 * after the server has its `request` listener.
 */
export function serveBareStreams(server: Http2Server, handler: BareStreamHandler): void {
  const others = server.listeners("stream");
  server.removeAllListeners("stream");
  const onStream: StreamListener = (stream, headers, flags, rawHeaders) => {
    // Whoever has not acknowledged the limits yet is looked at more closely.
    if (!stream.session?.pendingSettingsAck && handler(stream, headers, rawHeaders)) return;
    for (const listener of others) listener.call(server, stream, headers, flags, rawHeaders);
  };
  server.on("stream", onStream as never);
}

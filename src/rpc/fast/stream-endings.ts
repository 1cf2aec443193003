import type { OutgoingHttpHeaders } from "node:http";
import type { ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { createEndStreamSerialization, endStreamFlag } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import type { CallFormat } from "./formats.js";
import { headersToNode } from "./node-headers.js";
import type { FastSettings } from "./settings.js";
import { compressedEnvelope } from "./stream-codec.js";

/** What comes after the last message of a stream. */
export interface StreamEnding {
  readonly bytes: Uint8Array | undefined;
  readonly trailers: OutgoingHttpHeaders | undefined;
}

/** How a protocol says that a stream is over, and why. */
export function streamEnding(
  { protocolName }: CallFormat,
  { jsonOptions, compressMinBytes }: FastSettings,
  compression: Compression | null,
  error: ConnectError | undefined,
): StreamEnding {
  const envelope = (flags: number, content: Uint8Array) =>
    compressedEnvelope(flags, content, compression, compressMinBytes);
  if (protocolName === "connect") {
    const end = { metadata: new Headers(), ...(error && { error }) };
    const data = createEndStreamSerialization(jsonOptions).serialize(end);
    return { bytes: envelope(endStreamFlag, data), trailers: undefined };
  }
  const trailer = setTrailerStatus(new Headers(), error);
  return protocolName === "grpc"
    ? { bytes: undefined, trailers: headersToNode(trailer) }
    : { bytes: envelope(trailerFlag, trailerSerialize(trailer)), trailers: undefined };
}

import type { OutgoingHttpHeaders } from "node:http";
import type { ConnectError } from "@connectrpc/connect";
import {
  type Compression,
  compressedFlag,
  mergeNonProtocolHeaders,
} from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  contentTypeUnaryJson,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { envelope } from "./envelope.js";
import type { CallFormat } from "./formats.js";
import { headersToNode } from "./node-headers.js";
import type { UnaryCall } from "./unary-call.js";

/** How a protocol puts the outcome of a unary call into HTTP. */
export interface Answers {
  succeed(call: UnaryCall, message: string | Uint8Array): void;
  fail(call: UnaryCall, error: ConnectError): void;
}

const connect: Answers = {
  succeed(call, message) {
    sendConnect(call, 200, message);
  },
  fail(call, error) {
    const header = call.responseHeader;
    header.set("content-type", contentTypeUnaryJson);
    if (!error.isWireError) mergeNonProtocolHeaders(header, error.metadata);
    const body = errorToJsonBytes(error, call.route.settings.jsonOptions);
    sendConnect(call, codeToHttpStatus(error.code), body);
  },
};

const grpc: Answers = {
  succeed(call, message) {
    enveloped(call, 0, message, (body) => {
      call.send(200, grpcHead(call), body, grpcTrailer(call));
    });
  },
  fail(call, error) {
    setTrailerStatus(call.responseTrailer, error);
    call.send(200, grpcHead(call), undefined, grpcTrailer(call));
  },
};

const grpcWeb: Answers = {
  succeed(call, message) {
    enveloped(call, 0, message, (body) => sendGrpcWeb(call, body));
  },
  fail(call, error) {
    setTrailerStatus(call.responseTrailer, error);
    sendGrpcWeb(call, undefined);
  },
};

export const answers: Readonly<Record<CallFormat["protocolName"], Answers>> = {
  connect,
  grpc,
  "grpc-web": grpcWeb,
};

function sendConnect(call: UnaryCall, status: number, body: string | Uint8Array): void {
  const compression = compressionFor(call, body);
  if (compression === null) {
    call.send(status, connectHead(call, sizeOf(body)), body);
    return;
  }
  compression.compress(bytesOf(body)).then(
    (bytes) => {
      call.responseHeader.set("content-encoding", compression.name);
      call.send(status, connectHead(call, bytes.byteLength), bytes);
    },
    (reason: unknown) => call.crash(reason),
  );
}

function connectHead(call: UnaryCall, size: number): OutgoingHttpHeaders {
  const length = String(size);
  if (!call.hasOwnHeaders) {
    return { "content-type": call.route.format.contentType, "content-length": length };
  }
  const head = headersToNode(call.responseHeader, trimmed);
  if (call.hasOwnTrailer) addTrailers(head, call.responseTrailer);
  head["content-length"] = length;
  return head;
}

/** Connect has the trailers of single answers in the header. */
function addTrailers(head: OutgoingHttpHeaders, trailer: Headers): void {
  trailer.forEach((value, name) => {
    const known = head[`trailer-${name}`];
    const one = trimmed(value);
    head[`trailer-${name}`] = known === undefined ? one : `${known}, ${one}`;
  });
}

/**
 * `Headers` joins the values of one name, and where the last is empty leaves a space at the end
 * that HTTP/2 refuses.
 */
function trimmed(value: string): string {
  return value.endsWith(" ") ? value.slice(0, -1) : value;
}

function sendGrpcWeb(call: UnaryCall, message: Uint8Array | undefined): void {
  const trailer = call.hasOwnHeaders ? trailerSerialize(call.responseTrailer) : okTrailer;
  enveloped(call, trailerFlag, trailer, (end) => {
    const body = message === undefined ? end : Buffer.concat([message, end]);
    call.send(200, grpcHead(call), body);
  });
}

const okTrailer = Buffer.from("grpc-status: 0\r\n");

function grpcHead(call: UnaryCall): OutgoingHttpHeaders {
  if (call.hasOwnHeaders) return headersToNode(call.responseHeader);
  const { contentType } = call.route.format;
  const compression = call.negotiatedCompression.response;
  return compression === null
    ? { "content-type": contentType }
    : { "content-type": contentType, "grpc-encoding": compression.name };
}

function grpcTrailer(call: UnaryCall): OutgoingHttpHeaders {
  return call.hasOwnHeaders ? headersToNode(call.responseTrailer) : { "grpc-status": "0" };
}

/** Puts the five bytes before a message that say how long it is, and whether it is compressed. */
function enveloped(
  call: UnaryCall,
  flags: number,
  message: string | Uint8Array,
  send: (envelope: Uint8Array) => void,
): void {
  const compression = compressionFor(call, message);
  if (compression === null) {
    send(envelope(flags, message));
    return;
  }
  compression.compress(bytesOf(message)).then(
    (bytes) => send(envelope(flags | compressedFlag, bytes)),
    (reason: unknown) => call.crash(reason),
  );
}

/** What to compress an answer with; null for one that is too small, or for callers that cannot. */
function compressionFor(call: UnaryCall, body: string | Uint8Array): Compression | null {
  const { compressMinBytes } = call.route.settings;
  // No text has more than three bytes of UTF-8 for each of its units.
  if (body.length * 3 < compressMinBytes || sizeOf(body) < compressMinBytes) return null;
  return call.negotiatedCompression.response;
}

function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}

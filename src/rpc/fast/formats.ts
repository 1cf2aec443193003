import {
  contentTypeStreamJson,
  contentTypeStreamProto,
  contentTypeUnaryJson,
  contentTypeUnaryProto,
} from "@connectrpc/connect/protocol-connect";
import * as grpc from "@connectrpc/connect/protocol-grpc";
import * as grpcWeb from "@connectrpc/connect/protocol-grpc-web";

/** How a call is put into HTTP: one protocol with one codec. */
export interface CallFormat {
  readonly protocolName: "connect" | "grpc" | "grpc-web";
  readonly binary: boolean;
  /** Of Connect, whose formats for single answers and for streams are not the same. */
  readonly kinds: readonly ("unary" | "stream")[];
  /** Whether messages have the five bytes before them that say how long they are. */
  readonly enveloped: boolean;
  /** Of every answer that is no error. */
  readonly contentType: string;
  /** Names of headers, as Node has them. */
  readonly timeout: "connect-timeout-ms" | "grpc-timeout";
  readonly encoding: "content-encoding" | "connect-content-encoding" | "grpc-encoding";
  readonly acceptEncoding: "accept-encoding" | "connect-accept-encoding" | "grpc-accept-encoding";
}

const connectUnary = {
  protocolName: "connect",
  kinds: ["unary"],
  enveloped: false,
  timeout: "connect-timeout-ms",
  encoding: "content-encoding",
  acceptEncoding: "accept-encoding",
} as const;

const connectStream = {
  protocolName: "connect",
  kinds: ["stream"],
  enveloped: true,
  timeout: "connect-timeout-ms",
  encoding: "connect-content-encoding",
  acceptEncoding: "connect-accept-encoding",
} as const;

const grpcAny = {
  kinds: ["unary", "stream"],
  enveloped: true,
  timeout: "grpc-timeout",
  encoding: "grpc-encoding",
  acceptEncoding: "grpc-accept-encoding",
} as const;

const connectBinary: CallFormat = {
  ...connectUnary,
  contentType: contentTypeUnaryProto,
  binary: true,
};
const connectJson: CallFormat = {
  ...connectUnary,
  contentType: contentTypeUnaryJson,
  binary: false,
};
const connectStreamBinary: CallFormat = {
  ...connectStream,
  contentType: contentTypeStreamProto,
  binary: true,
};
const connectStreamJson: CallFormat = {
  ...connectStream,
  contentType: contentTypeStreamJson,
  binary: false,
};
const grpcBinary: CallFormat = {
  ...grpcAny,
  protocolName: "grpc",
  contentType: grpc.contentTypeProto,
  binary: true,
};
const grpcJson: CallFormat = {
  ...grpcAny,
  protocolName: "grpc",
  contentType: grpc.contentTypeJson,
  binary: false,
};
const grpcWebBinary: CallFormat = {
  ...grpcAny,
  protocolName: "grpc-web",
  contentType: grpcWeb.contentTypeProto,
  binary: true,
};
const grpcWebJson: CallFormat = {
  ...grpcAny,
  protocolName: "grpc-web",
  contentType: grpcWeb.contentTypeJson,
  binary: false,
};

/**
 * The formats by the content types that clients really send. Connect knows more spellings of each;
 * who uses those is served all the same, only not from here.
 */
export const formatsByContentType: ReadonlyMap<string, CallFormat> = new Map([
  ["application/proto", connectBinary],
  ["application/json", connectJson],
  ["application/json; charset=utf-8", connectJson],
  ["application/connect+proto", connectStreamBinary],
  ["application/connect+json", connectStreamJson],
  ["application/grpc", grpcBinary],
  ["application/grpc+proto", grpcBinary],
  ["application/grpc+json", grpcJson],
  ["application/grpc-web", grpcWebBinary],
  ["application/grpc-web+proto", grpcWebBinary],
  ["application/grpc-web+json", grpcWebJson],
]);

/** The formats of Connect's GET by its parameter `encoding`. */
export const formatsByQuery: ReadonlyMap<string | null, CallFormat> = new Map([
  ["proto", connectBinary],
  ["json", connectJson],
]);

/** All formats of single answers, or of streams. */
export function formatsOf(kind: "unary" | "stream"): CallFormat[] {
  return [...new Set(formatsByContentType.values())].filter(({ kinds }) => kinds.includes(kind));
}

import { contentTypeUnaryJson, contentTypeUnaryProto } from "@connectrpc/connect/protocol-connect";
import * as grpc from "@connectrpc/connect/protocol-grpc";
import * as grpcWeb from "@connectrpc/connect/protocol-grpc-web";

/** How a unary call is put into HTTP: one protocol with one codec. */
export interface UnaryFormat {
  readonly protocolName: "connect" | "grpc" | "grpc-web";
  readonly binary: boolean;
  /** Whether messages have the five bytes before them that say how long they are. */
  readonly enveloped: boolean;
  /** Of every answer that is no error. */
  readonly contentType: string;
  /** Names of headers, as Node has them. */
  readonly timeout: "connect-timeout-ms" | "grpc-timeout";
  readonly encoding: "content-encoding" | "grpc-encoding";
  readonly acceptEncoding: "accept-encoding" | "grpc-accept-encoding";
}

const connectHeaders = {
  protocolName: "connect",
  enveloped: false,
  timeout: "connect-timeout-ms",
  encoding: "content-encoding",
  acceptEncoding: "accept-encoding",
} as const;

const grpcHeaders = {
  enveloped: true,
  timeout: "grpc-timeout",
  encoding: "grpc-encoding",
  acceptEncoding: "grpc-accept-encoding",
} as const;

function connectFormat(contentType: string, binary: boolean): UnaryFormat {
  return { ...connectHeaders, contentType, binary };
}

function grpcFormat(
  protocolName: "grpc" | "grpc-web",
  contentType: string,
  binary: boolean,
): UnaryFormat {
  return { ...grpcHeaders, protocolName, contentType, binary };
}

const connectBinary = connectFormat(contentTypeUnaryProto, true);
const connectJson = connectFormat(contentTypeUnaryJson, false);
const grpcBinary = grpcFormat("grpc", grpc.contentTypeProto, true);
const grpcJson = grpcFormat("grpc", grpc.contentTypeJson, false);
const grpcWebBinary = grpcFormat("grpc-web", grpcWeb.contentTypeProto, true);
const grpcWebJson = grpcFormat("grpc-web", grpcWeb.contentTypeJson, false);

/**
 * The formats by the content types that clients really send. Connect knows more spellings of each;
 * who uses those is served all the same, only not from here.
 */
export const unaryFormats: ReadonlyMap<string, UnaryFormat> = new Map([
  ["application/proto", connectBinary],
  ["application/json", connectJson],
  ["application/json; charset=utf-8", connectJson],
  ["application/grpc", grpcBinary],
  ["application/grpc+proto", grpcBinary],
  ["application/grpc+json", grpcJson],
  ["application/grpc-web", grpcWebBinary],
  ["application/grpc-web+proto", grpcWebBinary],
  ["application/grpc-web+json", grpcWebJson],
]);

/** The formats of Connect's GET by its parameter `encoding`. */
export const queryFormats: ReadonlyMap<string | null, UnaryFormat> = new Map([
  ["proto", connectBinary],
  ["json", connectJson],
]);

import type { DescMethod } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import type { CallProtocol } from "./call-protocols.js";

/** A transport for one method. Connect is spoken in JSON, as one would with curl. */
export function transportFor(
  protocol: CallProtocol,
  baseUrl: string,
  { methodKind }: DescMethod,
): Transport {
  // HTTP/1.1 goes through more proxies, but it cannot send and receive at the same time.
  const httpVersion = methodKind === "bidi_streaming" ? ("2" as const) : ("1.1" as const);
  if (protocol === "grpc") return createGrpcTransport({ baseUrl });
  if (protocol === "grpc-web") return createGrpcWebTransport({ baseUrl, httpVersion });
  return createConnectTransport({ baseUrl, httpVersion, useBinaryFormat: false });
}

import type { JsonValue } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { envelope, envelopeFlag, parseEnvelopes } from "../support/frames.js";
import type { RawAnswer, RawClient } from "../support/raw-http.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { rawHttp2 } from "../support/raw-http2.js";

/** One way for bytes to reach an RPC. */
export interface Wire {
  readonly protocol: "connect" | "grpc" | "grpc-web";
  readonly codec: "json" | "binary";
  readonly http: "h1" | "h2";
}

/** Every way there is. gRPC over HTTP/1.1 is not in its specification, but connect-es serves it. */
export const wires: readonly Wire[] = (["connect", "grpc", "grpc-web"] as const).flatMap(
  (protocol) =>
    (["json", "binary"] as const).flatMap((codec) =>
      (["h1", "h2"] as const).map((http) => ({ protocol, codec, http })),
    ),
);

/** Whether the RPC is unary or has a stream in it: Connect alone frames them differently. */
export type Framing = "unary" | "stream";

/** What a call came to, in the same words whatever the protocol. */
export interface Outcome {
  /** `ok`, the name of a Connect code, or `HTTP 415` where no RPC answered. */
  readonly code: string;
  readonly message: string;
  /** The messages before the end, still encoded. */
  readonly messages: readonly Buffer[];
  readonly details: readonly JsonValue[];
  readonly answer: RawAnswer;
}

/** A client for one HTTP version. */
export function rawClient(http: Wire["http"], url: string): RawClient {
  return http === "h1" ? rawHttp1(url) : rawHttp2(url);
}

/** The header of a request. */
export function requestHeaders({ protocol, codec }: Wire, framing: Framing) {
  const suffix = codec === "json" ? "json" : "proto";
  const type = { grpc: "grpc+", "grpc-web": "grpc-web+", connect: "connect+" }[protocol];
  const prefix = protocol === "connect" && framing === "unary" ? "" : type;
  return { "content-type": `application/${prefix}${suffix}` };
}

/** The body of a request with these encoded messages. */
export function requestBody(
  { protocol }: Wire,
  framing: Framing,
  messages: readonly (string | Uint8Array)[],
): Buffer {
  if (protocol === "connect" && framing === "unary") return Buffer.from(messages[0] ?? "");
  return Buffer.concat(messages.map((message) => envelope(message)));
}

/** The code and message that an answer amounts to. */
export function outcomeOf(wire: Wire, framing: Framing, answer: RawAnswer): Outcome {
  const type = answer.headers["content-type"] ?? "";
  if (wire.protocol === "connect" && framing === "unary") return connectUnary(answer);
  if (answer.status !== 200 || !type.startsWith("application/")) {
    return { ...noRpc(answer), answer };
  }
  const envelopes = parseEnvelopes(answer.body);
  if (wire.protocol === "grpc") {
    const messages = envelopes.map(({ data }) => data);
    return { ...grpcStatus({ ...answer.headers, ...answer.trailers }), messages, answer };
  }
  const lastFlag = wire.protocol === "connect" ? envelopeFlag.endStream : envelopeFlag.trailer;
  const last = envelopes.find(({ flags }) => flags & lastFlag);
  const messages = envelopes.filter(({ flags }) => !(flags & lastFlag)).map(({ data }) => data);
  const text = last?.data.toString() ?? "";
  if (wire.protocol === "connect") {
    if (last === undefined) throw new Error("a Connect stream without its end");
    const { error } = JSON.parse(text) as { error?: ConnectErrorJson };
    return { ...fromErrorJson(error), messages, answer };
  }
  const trailers = Object.fromEntries(
    text
      .split("\r\n")
      .filter(Boolean)
      .map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
  );
  return { ...grpcStatus({ ...answer.headers, ...trailers }), messages, answer };
}

interface ConnectErrorJson {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly JsonValue[];
}

function connectUnary(answer: RawAnswer): Outcome {
  if (answer.status === 200) {
    return { code: "ok", message: "", messages: [answer.body], details: [], answer };
  }
  const isJson = answer.headers["content-type"] === "application/json";
  const outcome = isJson ? fromErrorJson(JSON.parse(answer.body.toString())) : noRpc(answer);
  return { ...outcome, messages: [], answer };
}

function fromErrorJson(error: ConnectErrorJson | undefined) {
  if (error === undefined) return { code: "ok", message: "", details: [] };
  return { code: error.code, message: error.message ?? "", details: error.details ?? [] };
}

function grpcStatus(headers: Record<string, string | string[] | undefined>) {
  const status = Number(headers["grpc-status"]);
  const message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
  const code = status === 0 ? "ok" : Code[status] ? codeToString(status) : `grpc-status ${status}`;
  const details = headers["grpc-status-details-bin"];
  return { code, message, details: details === undefined ? [] : [String(details)] };
}

function noRpc({ status, body }: RawAnswer) {
  return { code: `HTTP ${status}`, message: body.toString(), messages: [], details: [] };
}

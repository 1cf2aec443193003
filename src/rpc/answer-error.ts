import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { Code } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

/** An error that no RPC's own pipeline can answer with. */
export interface BareError {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
}

/** What is said when nothing better can be. */
export const lastWords: BareError = {
  status: 500,
  code: Code.Internal,
  message: "internal error",
};

/** Answers with an error in the words of the protocol that was asked in, or else in plain text. */
export function answerError(request: NodeRequest, response: NodeResponse, error: BareError): void {
  // Unread, the rest of the body would keep an HTTP/1.1 connection from being used again.
  request.resume();
  const { status, headers, body } = bareAnswer(request.method, request.headers, error);
  response.writeHead(status, headers);
  // Node's types do not see that both kinds of response take a buffer.
  (response.end as (body: Buffer) => void)(body);
}

/** The whole answer, for whatever it is written to. */
export function bareAnswer(
  method: string | undefined,
  { "content-type": contentType = "" }: IncomingHttpHeaders,
  { status, code, message }: BareError,
): { status: number; headers: OutgoingHttpHeaders; body: Buffer } {
  const isPost = method === "POST";
  if (isPost && contentType.startsWith("application/grpc")) {
    const headers = {
      "content-type": contentType,
      "grpc-status": String(code),
      "grpc-message": grpcMessage(message),
    };
    return { status: 200, headers, body: Buffer.alloc(0) };
  }
  const isConnect = isPost && /^application\/(json|proto|connect\+)/.test(contentType);
  const body = Buffer.from(
    isConnect ? JSON.stringify({ code: codeToString(code), message }) : `${message}\n`,
  );
  const type = isConnect ? "application/json" : "text/plain; charset=utf-8";
  return { status, headers: { "content-type": type, "content-length": body.byteLength }, body };
}

/** gRPC percent-encodes all but printable ASCII. */
function grpcMessage(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", " ").replaceAll("%2F", "/");
}

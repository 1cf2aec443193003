import type { Code } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

/** An error that no RPC's own pipeline can answer with. */
export interface BareError {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
}

/** Answers with an error in the words of the protocol that was asked in, or else in plain text. */
export function answerError(
  request: NodeRequest,
  response: NodeResponse,
  { status, code, message }: BareError,
): void {
  // Unread, the rest of the body would keep an HTTP/1.1 connection from being used again.
  request.resume();
  const contentType = request.headers["content-type"] ?? "";
  const isPost = request.method === "POST";
  if (isPost && contentType.startsWith("application/grpc")) {
    response.writeHead(200, {
      "content-type": contentType,
      "grpc-status": String(code),
      "grpc-message": grpcMessage(message),
    });
    response.end();
  } else if (isPost && /^application\/(json|proto|connect\+)/.test(contentType)) {
    const json = JSON.stringify({ code: codeToString(code), message });
    end(response, status, "application/json", json);
  } else {
    end(response, status, "text/plain; charset=utf-8", `${message}\n`);
  }
}

/** gRPC percent-encodes all but printable ASCII. */
function grpcMessage(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", " ").replaceAll("%2F", "/");
}

function end(response: NodeResponse, status: number, contentType: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, { "content-type": contentType, "content-length": body.byteLength });
  // Node's types do not see that both kinds of response take a buffer.
  (response.end as (body: Buffer) => void)(body);
}

import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

const grpcUnimplemented = "12";

/** Says that there is no such RPC, in the words of the protocol that was asked in. */
export function answerNotFound(request: NodeRequest, response: NodeResponse): void {
  // Unread, the rest of the body would keep an HTTP/1.1 connection from being used again.
  request.resume();
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const message = `no RPC at ${path}`;
  const contentType = request.headers["content-type"] ?? "";
  const isPost = request.method === "POST";
  if (isPost && contentType.startsWith("application/grpc")) {
    response.writeHead(200, {
      "content-type": contentType,
      "grpc-status": grpcUnimplemented,
      "grpc-message": encodeURIComponent(message).replaceAll("%20", " ").replaceAll("%2F", "/"),
    });
    response.end();
  } else if (isPost && /^application\/(json|proto|connect\+)/.test(contentType)) {
    end(response, "application/json", JSON.stringify({ code: "unimplemented", message }));
  } else {
    end(response, "text/plain; charset=utf-8", `Not found: ${message}\n`);
  }
}

function end(response: NodeResponse, contentType: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(404, { "content-type": contentType, "content-length": body.byteLength });
  // Node's types do not see that both kinds of response take a buffer.
  (response.end as (body: Buffer) => void)(body);
}

import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { ErrorListener } from "./errors.js";
import { answerNotFound } from "./not-found.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";
import { destroySlowBody } from "./slow-body.js";

/** Answers a request of node:http or node:http2; `next` is called for what is not its own. */
export type RpcHandler = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

export interface RpcHandlerOptions {
  /**
   * How long the body of a request may take to arrive where the method is sent a single message;
   * default 60 s. Streams of requests may take as long as they like.
   */
  readonly requestBodyTimeoutMs?: number;
}

/** Serves a router's RPCs on node:http and node:http2 alike. */
export function rpcHandler(
  { handlers }: ConnectRouter,
  { requestBodyTimeoutMs = 60_000 }: RpcHandlerOptions,
  onError: ErrorListener,
): RpcHandler {
  const byPath = new Map<string, UniversalHandler>(handlers.map((h) => [h.requestPath, h]));
  return (request, response, next) => {
    const url = request.url ?? "";
    const query = url.indexOf("?");
    const handler = byPath.get(query === -1 ? url : url.slice(0, query));
    if (handler === undefined) {
      if (next !== undefined) next();
      else answerNotFound(request, response);
      return;
    }
    const { methodKind } = handler.method;
    if (methodKind === "unary" || methodKind === "server_streaming") {
      destroySlowBody(request, requestBodyTimeoutMs);
    }
    void serve(handler, request, response).catch((reason: unknown) => {
      // The answer could not be written. That the caller has left is the ordinary reason.
      if (ConnectError.from(reason).code !== Code.Aborted) {
        onError(reason, { service: handler.service.typeName, method: handler.method.name });
      }
      response.destroy();
    });
  };
}

async function serve(
  handler: UniversalHandler,
  request: NodeRequest,
  response: NodeResponse,
): Promise<void> {
  const answer = await handler(
    universalRequestFromNodeRequest(request, response, undefined, undefined),
  );
  await universalResponseToNodeResponse(answer, response);
}

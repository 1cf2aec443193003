import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import type {
  UniversalHandler,
  UniversalServerRequest,
  UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { abandon } from "./abandon.js";
import { answerError } from "./answer-error.js";
import { type ErrorListener, safeListener } from "./errors.js";
import { answerNotFound } from "./not-found.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";
import { destroySlowBody } from "./slow-body.js";
import { universalHandler } from "./universal-handler.js";
import { answerAfterBody, settleUnreadBody } from "./unread-body.js";

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
  const report = safeListener(onError);
  const byPath = new Map<string, UniversalHandler>(
    handlers.map((handler) => [handler.requestPath, universalHandler(handler)]),
  );
  return (request, response, next) => {
    const url = request.url ?? "";
    const query = url.indexOf("?");
    const handler = byPath.get(query === -1 ? url : url.slice(0, query));
    if (handler === undefined) {
      if (next !== undefined) next();
      else answerNotFound(request, response);
      return;
    }
    const universalRequest = universalRequestOf(request, response);
    if (universalRequest === undefined) {
      answerError(request, response, {
        status: 400,
        code: Code.InvalidArgument,
        message: "the host or :authority header is missing or malformed",
      });
      return;
    }
    const { methodKind } = handler.method;
    const isSentOne = methodKind === "unary" || methodKind === "server_streaming";
    if (isSentOne) destroySlowBody(request, response, requestBodyTimeoutMs);
    settleUnreadBody(request, response);
    const answer = handler(universalRequest);
    void write(
      isSentOne ? answer.then((whole) => answerAfterBody(request, whole)) : answer,
      response,
    ).catch((reason: unknown) => {
      // The answer could not be written. That the caller has left is the ordinary reason.
      if (ConnectError.from(reason).code !== Code.Aborted) {
        report(reason, { service: handler.service.typeName, method: handler.method.name });
      }
      if (response.headersSent || response.destroyed) abandon(response, "failed");
      else answerError(request, response, lastWords);
    });
  };
}

const lastWords = { status: 500, code: Code.Internal, message: "internal error" };

async function write(
  answer: Promise<UniversalServerResponse>,
  response: NodeResponse,
): Promise<void> {
  await universalResponseToNodeResponse(await answer, response);
}

/** `undefined` for a request without a usable URL: Connect throws, and it is no fault of ours. */
function universalRequestOf(
  request: NodeRequest,
  response: NodeResponse,
): UniversalServerRequest | undefined {
  try {
    return universalRequestFromNodeRequest(request, response, undefined, undefined);
  } catch {
    return undefined;
  }
}

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest } from "@connectrpc/connect/protocol";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { abandon } from "./abandon.js";
import { answerError, lastWords } from "./answer-error.js";
import { type BegunBody, compatible, wholeBody } from "./begun-body.js";
import type { ErrorListener } from "./errors.js";
import { FastPath } from "./fast/fast-path.js";
import type { FastMethod } from "./fast/fast-route.js";
import { answerNotFound } from "./not-found.js";
import { closeWithConnection } from "./queued-response.js";
import { RequestBodies } from "./request-bodies.js";
import { RequestBody } from "./request-body.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";
import { universalHandler } from "./universal-handler.js";
import { answerAfterBody, prepareUnreadBody } from "./unread-body.js";

/** Answers a request of node:http or node:http2; `next` is called for what is not its own. */
export type RpcHandler = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

export interface RpcHandlerOptions {
  /**
   * How long the body of a request may take to arrive where the method is sent a single message;
   * default 60 s. Streams of requests may take as long as they like.
   */
  readonly requestBodyTimeoutMs?: number;
  /**
   * Whether calls and subscriptions are answered directly on Node's requests where that is
   * possible; default true. Callers see no difference but the time it takes.
   */
  readonly fastPath?: boolean;
}

/** Answers a stream of HTTP/2, or returns false and has not touched it. */
export type StreamHandler = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  /** What the answer has to have besides its own headers. */
  extra: OutgoingHttpHeaders | undefined,
) => boolean;

/** What serves RPCs: requests of all kinds and, where they are simple, bare streams. */
export interface RpcHandlers {
  readonly request: RpcHandler;
  readonly stream: StreamHandler;
}

/** Serves RPCs on node:http and node:http2 alike; those that can be on the fast path. */
export function rpcHandlers(
  { handlers }: ConnectRouter,
  fastMethods: ReadonlyMap<string, FastMethod>,
  { requestBodyTimeoutMs = 60_000 }: RpcHandlerOptions,
  onError: ErrorListener,
): RpcHandlers {
  const bodies = new RequestBodies(requestBodyTimeoutMs);
  const byPath = new Map<string, UniversalHandler>(
    handlers.map((handler) => [handler.requestPath, universalHandler(handler)]),
  );
  const fast = new FastPath(fastMethods, bodies);

  /** Answers by Connect's own handler; `begun` is what has been read already. */
  function answer(
    handler: UniversalHandler,
    request: NodeRequest,
    response: NodeResponse,
    begun?: BegunBody,
  ): void {
    const universalRequest = universalRequestOf(request, response);
    if (universalRequest === undefined) {
      answerError(request, response, {
        status: 400,
        code: Code.InvalidArgument,
        message: "the host or :authority header is missing or malformed",
      });
      return;
    }
    prepareUnreadBody(request);
    bodies.watch(new RequestBody(request, response, isSentOne(handler)));
    const asked =
      begun === undefined
        ? universalRequest
        : { ...universalRequest, body: wholeBody(begun, request) };
    answerWith(handler, asked, request, response).catch((reason: unknown) => {
      // The answer could not be written. That the caller has left is the ordinary reason.
      if (!hasLeft(response, reason)) {
        onError(reason, { service: handler.service.typeName, method: handler.method.name });
      }
      if (response.headersSent || response.destroyed) abandon(response, "failed");
      else answerError(request, response, lastWords);
    });
  }

  return {
    request(request, response, next) {
      const handler = byPath.get(pathOf(request.url ?? ""));
      if (handler === undefined) {
        if (next !== undefined) next();
        else answerNotFound(request, response);
        return;
      }
      closeWithConnection(request, response);
      const handBack = (read: readonly Buffer[], ended: boolean): void =>
        answer(handler, request, response, { read, ended });
      if (!fast.takeMessage(request, response, handBack)) answer(handler, request, response);
    },
    stream(stream, headers, rawHeaders, extra) {
      const handBack = (read: readonly Buffer[], ended: boolean): void => {
        const { request, response } = compatible(stream, headers, rawHeaders);
        for (const name in extra) response.setHeader(name, extra[name] as string);
        answer(byPath.get(pathOf(request.url))!, request, response, { read, ended });
      };
      return fast.takeStream(stream, headers, extra, handBack);
    },
  };
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** What a write fails with when its connection is gone, depending on Node and the moment. */
const leavingCodes = new Set(["ECANCELED", "ECONNRESET", "EPIPE"]);

function hasLeft(response: NodeResponse, reason: unknown): boolean {
  const { code, cause } = ConnectError.from(reason);
  const causeCode = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return code === Code.Aborted || response.destroyed || leavingCodes.has(causeCode);
}

async function answerWith(
  handler: UniversalHandler,
  universalRequest: UniversalServerRequest,
  request: NodeRequest,
  response: NodeResponse,
): Promise<void> {
  let answer = await handler(universalRequest);
  if ("stream" in request && isSentOne(handler)) answer = await answerAfterBody(request, answer);
  await universalResponseToNodeResponse(answer, response);
}

/** Whether a method is sent a single message, so that its request has to come to an end. */
function isSentOne({ method: { methodKind } }: UniversalHandler): boolean {
  return methodKind === "unary" || methodKind === "server_streaming";
}

/** `undefined` for a request without a usable URL: Connect throws, and it is no fault of ours. */
function universalRequestOf(
  request: NodeRequest,
  response: NodeResponse,
): UniversalServerRequest | undefined {
  try {
    const closing = "stream" in request ? response : cutShort(response);
    return universalRequestFromNodeRequest(request, closing as NodeResponse, undefined, undefined);
  } catch {
    return undefined;
  }
}

/**
 * An HTTP/1.1 response as Connect listens to it: closed only when it was cut short. Connect aborts
 * the call's signal on every close and, without a reason, Node makes an exception with a stack for
 * it; for a call that has been answered that is a tenth of its whole cost, for nobody.
 */
function cutShort(response: NodeResponse): Pick<NodeResponse, "once" | "off"> {
  return {
    once(event: string, listener: () => void) {
      response.once(event, () => {
        if (!response.writableFinished) listener();
      });
      return response;
    },
    off: () => response,
  } as never;
}

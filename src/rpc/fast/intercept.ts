import type { Message } from "@bufbuild/protobuf";
import type { HandlerContext, Interceptor, UnaryRequest, UnaryResponse } from "@connectrpc/connect";
import { wireError } from "../errors.js";
import { single } from "../method-impl.js";
import type { UnaryCall } from "./unary-call.js";

type AnyFn = ReturnType<Interceptor>;

/**
 * Runs a call through its interceptors. What they are handed has getters of its own for all that
 * is made on demand, so that `{ ...request }` has everything, as with Connect.
 */
export async function intercept(call: UnaryCall, message: Message): Promise<Message> {
  const request = unaryRequest(call, message);
  let own: UnaryResponse | undefined;
  const method = async (given: UnaryRequest): Promise<UnaryResponse> => {
    const answer = given === request ? call.answerOf(message) : answerReplaced(call, given);
    own = unaryResponse(call, await answer);
    return own;
  };
  let next = method as AnyFn;
  const { interceptors } = call.route;
  for (let i = interceptors.length - 1; i >= 0; i--) next = interceptors[i]!(next);
  const response = (await next(request)) as UnaryResponse;
  if (response !== own) {
    copyHeaders(response.header, call.responseHeader);
    copyHeaders(response.trailer, call.responseTrailer);
  }
  return response.message;
}

function unaryRequest(call: UnaryCall, message: Message): UnaryRequest {
  const { desc } = call.route;
  return {
    stream: false,
    service: desc.parent,
    method: desc as UnaryRequest["method"],
    requestMethod: call.httpMethod,
    message: message as UnaryRequest["message"],
    get url() {
      return call.wire.url;
    },
    get signal() {
      return call.signal;
    },
    get header() {
      return call.requestHeader;
    },
    get contextValues() {
      return call.values;
    },
  };
}

function unaryResponse(call: UnaryCall, message: Message): UnaryResponse {
  const { desc } = call.route;
  return {
    stream: false,
    service: desc.parent,
    method: desc as UnaryResponse["method"],
    message: message as UnaryResponse["message"],
    get header() {
      return call.responseHeader;
    },
    get trailer() {
      return call.responseTrailer;
    },
  };
}

/** What the method answers to a request that an interceptor has replaced, signal and all. */
function answerReplaced(call: UnaryCall, request: UnaryRequest): Promise<Message> {
  const { binding, origin, settings, format } = call.route;
  const context: HandlerContext = {
    service: request.service,
    method: call.route.desc,
    protocolName: format.protocolName,
    requestMethod: call.httpMethod,
    url: call.wire.url,
    signal: request.signal,
    timeoutMs: () => call.remainingMs(),
    requestHeader: request.header,
    responseHeader: call.responseHeader,
    responseTrailer: call.responseTrailer,
    values: request.contextValues,
  };
  return single(
    binding,
    () => binding.request.fromMessage(request.message),
    context,
    (reason, { signal }) => wireError(reason, signal, origin, settings.onError),
  );
}

/**
 * Connect's rule for responses that an interceptor has made itself. Deleting while iterating skips
 * some names; Connect does so too, and the same answers must come from both.
 */
function copyHeaders(from: Headers, to: Headers): void {
  if (from === to) return;
  to.forEach((_, name) => {
    to.delete(name);
  });
  from.forEach((value, name) => {
    to.set(name, value);
  });
}

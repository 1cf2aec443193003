import type { Message } from "@bufbuild/protobuf";
import type { HandlerContext, Interceptor, UnaryRequest, UnaryResponse } from "@connectrpc/connect";
import { wireError } from "../errors.js";
import { single } from "../method-impl.js";
import { lazyView } from "./lazy-view.js";
import type { UnaryCall } from "./unary-call.js";

type AnyFn = ReturnType<Interceptor>;

/**
 * Runs a call through its interceptors. Headers, trailers and the signal are made only for those
 * that ask for them.
 */
export async function intercept(call: UnaryCall, message: Message): Promise<Message> {
  const request = unaryRequest({ call, message });
  let own: UnaryResponse | undefined;
  const method = async (given: UnaryRequest): Promise<UnaryResponse> => {
    const answer = given === request ? call.answerOf(message) : answerReplaced(call, given);
    own = unaryResponse({ call, message: await answer });
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

interface Intercepted {
  readonly call: UnaryCall;
  readonly message: Message;
}

const unaryRequest = lazyView<Intercepted, UnaryRequest>({
  stream: () => false,
  service: ({ call }) => call.route.desc.parent,
  method: ({ call }) => call.route.desc as UnaryRequest["method"],
  requestMethod: ({ call }) => call.httpMethod,
  url: ({ call }) => call.wire.url,
  signal: ({ call }) => call.signal,
  header: ({ call }) => call.requestHeader,
  contextValues: ({ call }) => call.values,
  message: ({ message }) => message as UnaryRequest["message"],
});

const unaryResponse = lazyView<Intercepted, UnaryResponse>({
  stream: () => false,
  service: ({ call }) => call.route.desc.parent,
  method: ({ call }) => call.route.desc as UnaryResponse["method"],
  header: ({ call }) => call.responseHeader,
  trailer: ({ call }) => call.responseTrailer,
  message: ({ message }) => message as UnaryResponse["message"],
});

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

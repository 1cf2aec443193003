import type { HandlerContext } from "@connectrpc/connect";
import { lazyView } from "./lazy-view.js";
import type { UnaryCall } from "./unary-call.js";

/** What a method is told about its call. Headers and the signal are made for those who ask. */
export const handlerContext = lazyView<UnaryCall, HandlerContext>({
  service: (call) => call.route.desc.parent,
  method: (call) => call.route.desc,
  protocolName: (call) => call.route.format.protocolName,
  requestMethod: (call) => call.httpMethod,
  url: (call) => call.wire.url,
  signal: (call) => call.signal,
  timeoutMs: (call) => () => call.remainingMs(),
  requestHeader: (call) => call.requestHeader,
  responseHeader: (call) => call.responseHeader,
  responseTrailer: (call) => call.responseTrailer,
  values: (call) => call.values,
});

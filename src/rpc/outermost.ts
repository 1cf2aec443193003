import type { ConnectRouterOptions, HandlerContext, Interceptor } from "@connectrpc/connect";
import { type ErrorListener, type RpcErrorContext, wireError } from "./errors.js";

/**
 * Goes outside all interceptors of an RPC, so that what they throw becomes what callers get of
 * errors in general: Connect would hide the text as well, but tell nobody.
 */
export function outermost(origin: RpcErrorContext, onError: ErrorListener): Interceptor {
  return (next) => async (request) => {
    const fail = (reason: unknown) => wireError(reason, request.signal, origin, onError);
    try {
      const response = await next(request);
      if (!response.stream) return response;
      return { ...response, message: failingWith(response.message, fail) };
    } catch (reason) {
      throw fail(reason);
    }
  };
}

type RequestGate = NonNullable<ConnectRouterOptions["requestGate"]>;

/** The same for what is asked before the request is read. */
export function outermostGate(gate: RequestGate, onError: ErrorListener): RequestGate {
  return async (context: HandlerContext) => {
    try {
      await gate(context);
    } catch (reason) {
      const origin = { service: context.service.typeName, method: context.method.name };
      throw wireError(reason, context.signal, origin, onError);
    }
  };
}

/** Interceptors may have put an iterable of their own around the method's. */
function failingWith<T>(
  source: AsyncIterable<T>,
  fail: (reason: unknown) => unknown,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: async () => {
          try {
            return await iterator.next();
          } catch (reason) {
            throw fail(reason);
          }
        },
        return: async (value?: unknown) =>
          (await iterator.return?.(value)) ?? { done: true, value },
        throw: async (reason: unknown) => {
          if (iterator.throw === undefined) throw reason;
          return iterator.throw(reason);
        },
      };
    },
  };
}

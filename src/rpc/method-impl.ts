import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { HandlerContext, MethodImpl } from "@connectrpc/connect";
import { SluiceError } from "../errors.js";
import type { Converter } from "./converters.js";
import { type ErrorListener, type RpcErrorContext, wireError } from "./errors.js";
import { mapIterable } from "./map-iterable.js";
import { responses } from "./responses.js";
import { untilAborted } from "./until-aborted.js";
import { whileCalled } from "./while-called.js";

/** A method ready to be called: what it is, and how its messages become its values. */
export interface MethodBinding {
  readonly desc: DescMethod;
  readonly request: Converter;
  readonly response: Converter;
  /** The class and method, for messages to its author: `Demo.ping`. */
  readonly where: string;
  /** Calls the method with converted values. */
  readonly call: (request: unknown, context: HandlerContext) => unknown;
}

/** The Connect implementation of a bound method. */
export function methodImpl(binding: MethodBinding, onError: ErrorListener): MethodImpl<DescMethod> {
  const { desc } = binding;
  const origin: RpcErrorContext = { service: desc.parent.typeName, method: desc.name };
  const fail = (reason: unknown, context: HandlerContext) =>
    wireError(reason, context.signal, origin, onError);
  const { fromMessage } = binding.request;
  const all = (requests: AsyncIterable<Message>, { signal }: HandlerContext) =>
    mapIterable(whileCalled(requests, signal), fromMessage);
  const impl = {
    unary: (request: Message, context: HandlerContext) =>
      single(binding, () => fromMessage(request), context, fail),
    client_streaming: (requests: AsyncIterable<Message>, context: HandlerContext) =>
      single(binding, () => all(requests, context), context, fail),
    server_streaming: (request: Message, context: HandlerContext) =>
      many(binding, () => fromMessage(request), context, fail),
    bidi_streaming: (requests: AsyncIterable<Message>, context: HandlerContext) =>
      many(binding, () => all(requests, context), context, fail),
  }[desc.methodKind];
  return impl as MethodImpl<DescMethod>;
}

/** What a method that answers once has returned, as a message. */
export function singleMessage({ response, where }: MethodBinding, result: unknown): Message {
  if (isAsyncIterable(result)) {
    throw new SluiceError(
      "response_shape",
      `${where} returned an async iterable but is a unary RPC. ` +
        'Write @action({ stream: "response", … }), or make the method `async *`.',
    );
  }
  return response.toMessage(result);
}

/** Turns what was thrown into what callers get. */
export type Fail = (reason: unknown, context: HandlerContext) => unknown;

/** Lets a method answer once, unless its call is over first. */
export async function single(
  binding: MethodBinding,
  request: () => unknown,
  context: HandlerContext,
  fail: Fail,
): Promise<Message> {
  try {
    refuseIfOver(context);
    const pending = binding.call(request(), context);
    const result = isPromiseLike(pending)
      ? await untilAborted(pending, context.signal, (reason) => fail(reason, context))
      : pending;
    return singleMessage(binding, result);
  } catch (reason) {
    throw fail(reason, context);
  }
}

function many(
  { call, response, where }: MethodBinding,
  request: () => unknown,
  context: HandlerContext,
  fail: Fail,
): AsyncIterable<Message> {
  try {
    refuseIfOver(context);
    const result = call(request(), context);
    if (!isAsyncIterable(result)) {
      // Nobody is going to wait for it, but its failure is told like any other.
      if (isPromiseLike(result)) result.then(undefined, (reason) => fail(reason, context));
      throw new SluiceError(
        "response_shape",
        `${where} streams its response but returned no async iterable. ` +
          "Make it `async *` and yield, or return an object with [Symbol.asyncIterator].",
      );
    }
    return responses(result, context.signal, {
      convert: (value) => response.toMessage(value),
      fail: (reason) => fail(reason, context),
    });
  } catch (reason) {
    throw fail(reason, context);
  }
}

/** A call that is over before it began, by its deadline or an app that closes, is not made. */
function refuseIfOver({ signal }: HandlerContext): void {
  if (signal.aborted) throw signal.reason;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | undefined)?.then === "function";
}

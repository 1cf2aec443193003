import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import type { Documented } from "./facts.js";
import type { Mismatch } from "./field.js";
import type { FieldType, FieldValue, Init } from "./field-types.js";
import { recordMethod } from "./record-method.js";

/** Options of `@action()`. */
export interface ActionOptions extends Documented {
  /** What the caller sends; left out: nothing (`google.protobuf.Empty`). */
  readonly request?: FieldType;
  /** What the caller gets; left out: nothing (`google.protobuf.Empty`). */
  readonly response?: FieldType;
  /**
   * Which side sends many messages. `"request"`: the first parameter is an `AsyncIterable`.
   * `"response"`: the method returns one; implied by an async generator. `"both"`: bidirectional.
   */
  readonly stream?: "request" | "response" | "both";
  /** The RPC name; default: the method's name in PascalCase. */
  readonly name?: string;
  /** The method has no side effects, so that HTTP GET, caches and retries may be used. */
  readonly idempotent?: boolean;
  /** Run for this method only, inside those of the app and the service. */
  readonly interceptors?: readonly Interceptor[];
}

/**
 * Exposes a method as an RPC. Its parameters are the request and Connect's `HandlerContext`; its
 * result is an instance of the response or any object with the same data.
 */
export function action(): AnyMethodDecorator;
export function action<const O extends ActionOptions>(
  options: O & { readonly [K in Exclude<keyof O, keyof ActionOptions>]: never },
): ActionDecorator<O>;
export function action(options: ActionOptions = {}): AnyMethodDecorator {
  return (
    target: object,
    context: string | symbol | ClassMethodDecoratorContext,
    descriptor?: PropertyDescriptor,
  ) => {
    recordMethod(target, context, descriptor, { kind: "action", options });
  };
}

/** Without declared types there is nothing to check a method against. */
export type AnyMethodDecorator = MethodDecorator<(...args: never[]) => unknown>;

/**
 * A method decorator in both call shapes: for methods assignable to `L` in legacy classes, to `S`
 * in standard ones. It is one signature and not two overloads, of which compilers would only
 * explain why the last one does not fit.
 */
export type MethodDecorator<L, S = L> = <
  K extends string | symbol | ClassMethodDecoratorContext,
  F extends L,
>(
  target: K extends ClassMethodDecoratorContext ? S : object,
  context: K,
  ...descriptor: K extends ClassMethodDecoratorContext ? [] : [TypedPropertyDescriptor<F>]
) => void;

/** The decorator of an action, refusing a method of another signature. */
export type ActionDecorator<O extends ActionOptions> = MethodDecorator<
  ActionMethod<O, (request: never, context: HandlerContext) => ActionResult<O>>,
  ActionMethod<O, () => ActionResult<O>>
>;

/**
 * The signature an action's options ask for. Without a declared request it is `Untyped`: legacy
 * decorators may find the type in the compiler's metadata, standard ones have none to look at.
 */
export type ActionMethod<O extends ActionOptions, Untyped> = O["request"] extends FieldType
  ? (
      request: ActionRequest<O, FieldValue<O["request"]>>,
      context: HandlerContext,
    ) => ActionResult<O>
  : O["stream"] extends "request" | "both"
    ? Mismatch<"a stream of requests has no type to be taken from: write `request`">
    : Untyped;

type ActionRequest<O extends ActionOptions, T> = O["stream"] extends "request" | "both"
  ? AsyncIterable<T>
  : T;

type ActionResult<O extends ActionOptions> = O["stream"] extends "response" | "both"
  ? AsyncIterable<Response<O>>
  : O["stream"] extends "request"
    ? Awaitable<Response<O>> | AsyncIterable<Response<O>>
    : Awaitable<Response<O>> | AsyncGenerator<Response<O>>;

type Response<O extends ActionOptions> = O["response"] extends FieldType
  ? FieldInit<O["response"]>
  : // biome-ignore lint/suspicious/noConfusingVoidType: a method that returns nothing
    void;

/** What a method may return for a declared type. */
export type FieldInit<T> = Init<FieldValue<T>>;

type Awaitable<T> = T | PromiseLike<T>;

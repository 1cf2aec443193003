import type { Interceptor } from "@connectrpc/connect";
import type { FieldInit } from "./action.js";
import type { Documented } from "./facts.js";
import type { Mismatch } from "./field.js";
import type { FieldType, FieldValue } from "./field-types.js";
import { publishing } from "./publishing.js";
import { recordMethod } from "./record-method.js";

/** Options of `@stream()`. */
export interface StreamOptions extends Documented {
  /** What is published: a message class, or any other field type. */
  readonly payload: FieldType;
  /** The RPC name; default: the method's name in PascalCase. */
  readonly name?: string;
  /** What a subscriber sends; left out: nothing (`google.protobuf.Empty`). */
  readonly request?: FieldType;
  /**
   * Makes a separate topic of every key. It is applied to what a subscriber sends, and to the
   * first argument of the call which publishes: both find the same topic.
   */
  readonly key?: (request: never) => string;
  /** How many of the last values a new subscriber gets first; `true` (default) is one. */
  readonly replay?: boolean | number;
  /**
   * What happens while a subscriber cannot keep up and its queue is full. `"latest"` (default):
   * its oldest message is dropped, publishing never waits. `"fifo"`: publishing waits for room,
   * every subscriber gets everything in order.
   */
  readonly policy?: "latest" | "fifo";
  /** Messages queued for a subscriber that cannot keep up; default 1. */
  readonly queueSize?: number;
  /**
   * For `"fifo"`: `"block"` (default) waits for a slow subscriber as long as it takes,
   * `{ evictAfterMs }` ends it with `resource_exhausted` after that time.
   */
  readonly slow?: "block" | { readonly evictAfterMs: number };
  /** Subscribers a topic may have; default 10,000. */
  readonly maxSubscribers?: number;
  /** Keys of a keyed stream in use at once; default 10,000. */
  readonly maxKeys?: number;
  /** Bytes queued for one subscriber; default 16 MiB. */
  readonly maxQueueBytes?: number;
  /**
   * Sends what `payload()` returns to everybody when nothing was published for `everyMs`. It is
   * called on the service: `payload(this: Demo) { return this.last; }`.
   */
  readonly heartbeat?: { readonly everyMs: number; readonly payload: (this: never) => unknown };
  /** Run when a subscriber calls, inside those of the app and the service. */
  readonly interceptors?: readonly Interceptor[];
}

/**
 * Exposes a topic as a server-streaming RPC. There are two ways to write it:
 *
 * - an async method: calling it publishes its result to every subscriber;
 * - an async generator: a source shared by all subscribers, started by the first and stopped
 *   after the last. It is handed a `StreamSource`.
 */
export function stream<
  const P extends FieldType,
  const Q extends FieldType = never,
  R extends string = never,
>(options: TypedStreamOptions<P, Q, R>): StreamDecorator<P, Q, R>;
export function stream(options: StreamOptions): unknown {
  return (
    target: object,
    context: string | symbol | ClassMethodDecoratorContext,
    descriptor?: PropertyDescriptor,
  ) => {
    const facts = recordMethod(target, context, descriptor, {
      kind: "stream",
      options,
    });
    if (isAsyncGenerator(facts.body)) return;
    const published = publishing(facts.property, facts.body);
    if (typeof context === "object") return published as never;
    descriptor!.value = published;
  };
}

/** Handed to a generator method when its first subscriber arrives. */
export interface StreamSource {
  /** The key of the topic, for a keyed stream; otherwise the empty string. */
  readonly key: string;
  /** Aborts after the last subscriber has left, and when the app closes. */
  readonly signal: AbortSignal;
}

/**
 * Options whose parts fit together: the key reads the request `Q`, the heartbeat sends the payload
 * `P`. `R` is what the key returns; there is no key if it is `never`.
 */
export interface TypedStreamOptions<P, Q, R>
  extends Omit<StreamOptions, "payload" | "request" | "key" | "heartbeat"> {
  readonly payload: P;
  readonly request?: Q;
  readonly key?: (request: FieldValue<Q>) => R;
  readonly heartbeat?: {
    readonly everyMs: number;
    readonly payload: (this: never) => FieldInit<P>;
  };
}

/** The decorator in both call shapes, refusing a method of another signature. */
export type StreamDecorator<P, Q, R> = <
  T,
  K extends string | symbol | ClassMethodDecoratorContext,
  F,
>(
  target: T & (K extends ClassMethodDecoratorContext ? StreamMethod<P, Q, R, T> : unknown),
  context: K,
  ...descriptor: K extends ClassMethodDecoratorContext
    ? []
    : [TypedPropertyDescriptor<F> & { readonly value?: StreamMethod<P, Q, R, F> }]
) => void;

/**
 * The signature a stream asks for: of a source if the method `F` is a generator, otherwise of a
 * method that publishes. A union of the two would be explained by the one that is not meant.
 */
type StreamMethod<P, Q, R, F> = F extends (...args: never[]) => AsyncGenerator<unknown>
  ? (source: StreamSource) => AsyncGenerator<FieldInit<P>>
  : [R] extends [never]
    ? (...args: never[]) => Promise<FieldInit<P>>
    : [Q] extends [never]
      ? Mismatch<"a key is taken from the request: write `request`">
      : (request: FieldValue<Q>, ...rest: never[]) => Promise<FieldInit<P>>;

const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor;

/** Whether a function was written as `async function*`: what it is, not what it returns. */
export function isAsyncGenerator(body: unknown): boolean {
  return body instanceof AsyncGeneratorFunction;
}

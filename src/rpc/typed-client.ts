import { create, type DescService, type Message } from "@bufbuild/protobuf";
import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import type { Init } from "../decorators/field-types.js";
import { SluiceError } from "../errors.js";
import { type BoundMethod, isStream } from "./bind.js";
import { mapIterable } from "./map-iterable.js";

/** A class decorated with `@service()`. */
export type ServiceClass<S> = abstract new (...args: never[]) => S;

/**
 * A client with the methods of a service class. What a method is sent, a client takes; what it
 * returns, a client gives. A `@stream` method is called with `subscribe`.
 */
export type ServiceClient<S> = {
  readonly [K in keyof S as S[K] extends Method ? K : never]: ClientMethod<S[K]>;
} & {
  /** Subscribes to a `@stream` method by its name. */
  readonly subscribe: <K extends keyof S & string>(
    stream: K,
    request?: unknown,
    options?: CallOptions,
  ) => AsyncIterable<Published<S[K]>>;
};

type Method = (...args: never[]) => unknown;

type ClientMethod<F> = F extends (request: infer Q, ...rest: never[]) => infer R
  ? R extends AsyncIterable<infer O>
    ? (request: Sent<Q>, options?: CallOptions) => AsyncIterable<O>
    : (request: Sent<Q>, options?: CallOptions) => Promise<Awaited<R>>
  : never;

type Sent<Q> = unknown extends Q
  ? // biome-ignore lint/suspicious/noConfusingVoidType: lets a call without a request have no argument
    void
  : Q extends AsyncIterable<infer I>
    ? AsyncIterable<Init<I>>
    : Init<Q>;

type Published<F> = F extends (...args: never[]) => infer R
  ? R extends AsyncIterable<infer O>
    ? O
    : Awaited<R>
  : never;

type AnyClientMethod = (request: unknown, options?: CallOptions) => unknown;

/** A client of the methods bound to a class, over any transport. */
export function typedClient<S extends object>(
  service: ServiceClass<S>,
  methods: readonly BoundMethod[],
  transport: Transport,
): ServiceClient<S> {
  const exact = methods.filter(({ instance }) => instance.constructor === service);
  const own =
    exact.length > 0 ? exact : methods.filter(({ instance }) => instance instanceof service);
  if (own.length === 0) {
    throw new SluiceError(
      "service_invalid",
      `${service.name} is no service of this app. Pass an instance of it in \`services\`.`,
    );
  }
  const calls = new Map(own.map((method) => [method.property, clientMethod(method, transport)]));
  const streams = new Set(own.filter(isStream).map(({ property }) => property));
  const unknown = (what: string, hint: string) =>
    new SluiceError("client_method_unknown", `${service.name}.${what} ${hint}`);
  return new Proxy({} as ServiceClient<S>, {
    get(_, property) {
      // Neither a promise nor a primitive: what awaits or prints it asks for these.
      if (typeof property === "symbol" || property === "then" || property === "toJSON") return;
      if (property === "subscribe") {
        return (stream: string, request?: unknown, options?: CallOptions) => {
          if (streams.has(stream)) return calls.get(stream)!(request, options);
          throw unknown(stream, "is no stream. Write @stream({ … }) above it, or call it.");
        };
      }
      if (streams.has(property)) {
        throw unknown(property, `is a stream. Write client.subscribe("${property}", request).`);
      }
      const call = calls.get(property);
      if (call === undefined) throw unknown(property, "is no RPC. Write @action({ … }) above it.");
      return call;
    },
  });
}

function clientMethod(
  { desc, request, response }: BoundMethod,
  transport: Transport,
): AnyClientMethod {
  const clients = createClient(desc.parent as DescService, transport) as Record<
    string,
    AnyClientMethod
  >;
  const call = clients[desc.localName]!;
  const sends = desc.methodKind === "client_streaming" || desc.methodKind === "bidi_streaming";
  const receives = desc.methodKind === "server_streaming" || desc.methodKind === "bidi_streaming";
  const sent = (value: unknown) => {
    if (sends) return mapIterable(value as AsyncIterable<unknown>, request.toMessage);
    // A method that does not look at its request is called without one.
    return value === undefined ? create(request.desc) : request.toMessage(value);
  };
  if (!receives) {
    return async (value, options) =>
      response.fromMessage(await (call(sent(value), options) as Promise<Message>));
  }
  return (value, options) =>
    cancelOnReturn(options?.signal, (signal) =>
      mapIterable(
        call(sent(value), { ...options, signal }) as AsyncIterable<Message>,
        response.fromMessage,
      ),
    );
}

/** Leaving the loop over a stream cancels the call; Connect's own clients leave it running. */
function cancelOnReturn<T>(
  outer: AbortSignal | undefined,
  start: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncIterable<T> {
  const controller = new AbortController();
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
  const iterator = start(signal)[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => iterator.next(),
      return: () => {
        controller.abort();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

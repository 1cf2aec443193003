import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { Schema } from "../schema/compile.js";
import type { MethodModel, ServiceModel } from "../schema/model.js";
import { type Converter, Converters, generatedConverter } from "./converters.js";
import type { ErrorListener } from "./errors.js";
import { MethodFeeds } from "./method-feeds.js";
import type { MethodBinding } from "./method-impl.js";
import { StreamTopics } from "./stream-topics.js";

/** A schema whose methods are connected to the instances they belong to. */
export interface Bindings {
  readonly methods: readonly BoundMethod[];
  /** The topics of stream methods, by `Class.method`. */
  readonly streams: readonly StreamTopics[];
}

export interface BoundMethod extends MethodBinding {
  readonly instance: object;
  readonly property: string;
  /** Made with `@stream()`: a topic to subscribe to. */
  readonly topics?: StreamTopics;
  /** Made with `@feed()`: each caller follows something from a beginning of its own. */
  readonly feeds?: MethodFeeds;
  /** Of the service, then of the method: the outer ones first. */
  readonly interceptors: readonly Interceptor[];
}

/** Whether a method is something to subscribe to, and not an action. */
export function isStream({ topics, feeds }: BoundMethod): boolean {
  return topics !== undefined || feeds !== undefined;
}

type Callable = Record<string, (request: unknown, context: unknown) => unknown>;

/** Connects each RPC of a schema to its method. */
export function bindSchema(schema: Schema, onError: ErrorListener): Bindings {
  const converters = new Converters(schema.registry);
  const methods: BoundMethod[] = [];
  const streams: StreamTopics[] = [];
  for (const service of schema.model.packages.flatMap((model) => model.services)) {
    const desc = schema.registry.service(service.typeName);
    for (const method of service.methods) {
      const methodDesc = desc.methods.find((m) => m.name === method.name)!;
      const bound = bindMethod(service, method, methodDesc, converters);
      if (method.facts.kind === "stream") {
        const topics = new StreamTopics(service.instance, method.facts, bound, onError);
        streams.push(topics);
        methods.push({
          ...bound,
          topics,
          response: converted(bound.response),
          call: (request, { signal }) => topics.subscribe(request, signal),
        });
      } else if (method.facts.kind === "feed") {
        const feeds = new MethodFeeds(service.instance, method.facts.property, bound);
        methods.push({
          ...bound,
          feeds,
          response: converted(bound.response),
          call: (request, { signal }) => feeds.subscribe(request, signal),
        });
      } else {
        methods.push(bound);
      }
    }
  }
  for (const { contract, instance, methods: facts, options } of schema.model.contracts) {
    for (const desc of contract.methods) {
      const method = facts.get(desc.localName)!;
      const { property } = method;
      methods.push({
        desc,
        instance,
        property,
        where: `${instance.constructor.name}.${property}`,
        request: generatedConverter(desc.input),
        response: generatedConverter(desc.output),
        interceptors: [...(options.interceptors ?? []), ...(method.options.interceptors ?? [])],
        call: (request, context) => (instance as Callable)[property]!(request, context),
      });
    }
  }
  return { methods, streams };
}

/** What is sent was checked and converted before, once for all subscribers. */
function converted(response: Converter): Converter {
  return { ...response, toMessage: (message) => message as Message };
}

function bindMethod(
  { instance, options }: ServiceModel,
  { facts, request, response }: MethodModel,
  desc: DescMethod,
  converters: Converters,
): BoundMethod {
  const { property } = facts;
  const convert = (payload: MethodModel["request"]): Converter => converters.payload(payload);
  return {
    desc,
    instance,
    property,
    where: `${instance.constructor.name}.${property}`,
    request: convert(request),
    response: convert(response),
    interceptors: [...(options.interceptors ?? []), ...(facts.options.interceptors ?? [])],
    // Looked up on the instance for each call, so that a subclass may override the method.
    call: (value, context) => (instance as Callable)[property]!(value, context),
  };
}

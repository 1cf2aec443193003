import type { BoundMethod } from "../bind.js";
import type { RpcErrorContext } from "../errors.js";
import type { MethodBinding } from "../method-impl.js";
import { Broadcasts } from "./broadcasts.js";
import { binaryParser, binarySerializer, jsonParser, jsonSerializer, type Parse } from "./codec.js";
import type { FastMethod, FastRoute } from "./fast-route.js";
import { type CallFormat, formatsOf } from "./formats.js";
import { Multicasts } from "./multicasts.js";
import type { FastSettings } from "./settings.js";
import { canCompressAtOnce } from "./stream-codec.js";
import type { StreamSerializers } from "./stream-encodings.js";
import type { Subscribers } from "./subscribers.js";
import { SubscriptionCall } from "./subscription-call.js";

/** A stream method in one format. */
export interface SubscriptionRoute extends FastRoute {
  readonly binding: MethodBinding;
  /** For reports of errors. */
  readonly origin: RpcErrorContext;
  readonly parse: Parse;
  readonly subscribers: Subscribers;
  /** Aborted when the app closes. */
  readonly shutdown: AbortSignal;
}

/** Prepares a stream method for the protocols that are on; `undefined` if it is none. */
export function subscriptionMethod(
  binding: BoundMethod,
  isServed: (protocolName: CallFormat["protocolName"]) => boolean,
  settings: FastSettings,
  shutdown: AbortSignal,
): FastMethod | undefined {
  const { desc } = binding;
  const origin = { service: desc.parent.typeName, method: desc.name };
  const parsers = {
    binary: binaryParser(desc.input, settings),
    json: jsonParser(desc.input, settings),
  };
  const subscribers = subscribersOf(binding, {
    binary: binarySerializer(desc.output, settings),
    json: jsonSerializer(desc.output, settings),
    compressMinBytes: settings.compressMinBytes,
  });
  if (subscribers === undefined) return undefined;
  const formats = formatsOf("stream").filter(({ protocolName }) => isServed(protocolName));
  const routeOf = (format: CallFormat): SubscriptionRoute => {
    const route: SubscriptionRoute = {
      format,
      settings,
      binding,
      origin,
      parse: format.binary ? parsers.binary : parsers.json,
      subscribers,
      shutdown,
      begin: (head, wire, body, handBack) =>
        canCompressAtOnce(head.negotiated?.response ?? null)
          ? new SubscriptionCall(route, head, wire, body, handBack)
          : undefined,
    };
    return route;
  };
  return {
    byFormat: new Map(formats.map((format) => [format, routeOf(format)])),
    allowsGet: false,
  };
}

function subscribersOf(
  { topics, feeds }: BoundMethod,
  serializers: StreamSerializers,
): Subscribers | undefined {
  if (topics !== undefined) return new Broadcasts(topics, serializers);
  return feeds && new Multicasts(feeds, serializers);
}

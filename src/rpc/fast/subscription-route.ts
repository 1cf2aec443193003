import type { RpcErrorContext } from "../errors.js";
import type { MethodBinding } from "../method-impl.js";
import type { StreamTopics } from "../stream-topics.js";
import { Broadcasts } from "./broadcasts.js";
import { binaryParser, binarySerializer, jsonParser, jsonSerializer, type Parse } from "./codec.js";
import type { FastMethod, FastRoute } from "./fast-route.js";
import { type CallFormat, formatsOf } from "./formats.js";
import type { FastSettings } from "./settings.js";
import { canCompressAtOnce } from "./stream-codec.js";
import { SubscriptionCall } from "./subscription-call.js";

/** A stream method in one format. */
export interface SubscriptionRoute extends FastRoute {
  readonly binding: MethodBinding;
  /** For reports of errors. */
  readonly origin: RpcErrorContext;
  readonly parse: Parse;
  readonly topics: StreamTopics;
  readonly broadcasts: Broadcasts;
  /** Aborted when the app closes. */
  readonly shutdown: AbortSignal;
}

/** Prepares a stream method for the protocols that are on. */
export function subscriptionMethod(
  binding: MethodBinding & { readonly topics: StreamTopics },
  isServed: (protocolName: CallFormat["protocolName"]) => boolean,
  settings: FastSettings,
  shutdown: AbortSignal,
): FastMethod {
  const { desc, topics } = binding;
  const origin = { service: desc.parent.typeName, method: desc.name };
  const parsers = {
    binary: binaryParser(desc.input, settings),
    json: jsonParser(desc.input, settings),
  };
  const broadcasts = new Broadcasts(topics, {
    binary: binarySerializer(desc.output, settings),
    json: jsonSerializer(desc.output, settings),
    compressMinBytes: settings.compressMinBytes,
  });
  const formats = formatsOf("stream").filter(({ protocolName }) => isServed(protocolName));
  const routeOf = (format: CallFormat): SubscriptionRoute => {
    const route: SubscriptionRoute = {
      format,
      settings,
      binding,
      origin,
      parse: format.binary ? parsers.binary : parsers.json,
      topics,
      broadcasts,
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

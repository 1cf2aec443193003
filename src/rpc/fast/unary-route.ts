import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { Interceptor } from "@connectrpc/connect";
import type { RpcErrorContext } from "../errors.js";
import type { MethodBinding } from "../method-impl.js";
import type { Parse, Serialize } from "./codec.js";
import { binaryParser, binarySerializer, jsonParser, jsonSerializer } from "./codec.js";
import type { FastMethod, FastRoute } from "./fast-route.js";
import { type CallFormat, formatsOf } from "./formats.js";
import type { FastSettings } from "./settings.js";
import { UnaryCall } from "./unary-call.js";

/** A unary method in one format: all that is known before a call comes in. */
export interface UnaryRoute extends FastRoute {
  readonly desc: DescMethod;
  readonly binding: MethodBinding;
  /** For reports of errors. */
  readonly origin: RpcErrorContext;
  readonly parse: Parse;
  readonly serialize: Serialize;
  /** All of them, the outer ones first; usually none. */
  readonly interceptors: readonly Interceptor[];
}

/** Prepares a unary method for the protocols that are on. */
export function unaryMethod(
  binding: MethodBinding,
  interceptors: readonly Interceptor[],
  isServed: (protocolName: CallFormat["protocolName"]) => boolean,
  settings: FastSettings,
): FastMethod {
  const { desc } = binding;
  const origin = { service: desc.parent.typeName, method: desc.name };
  const binary = {
    parse: binaryParser(desc.input, settings),
    serialize: binarySerializer(desc.output, settings),
  };
  const json = {
    parse: jsonParser(desc.input, settings),
    serialize: jsonSerializer(desc.output, settings),
  };
  const formats = formatsOf("unary").filter(({ protocolName }) => isServed(protocolName));
  const routeOf = (format: CallFormat): UnaryRoute => {
    const codec = format.binary ? binary : json;
    const route: UnaryRoute = {
      desc,
      format,
      binding,
      origin,
      ...codec,
      interceptors,
      settings,
      begin: (head, wire, body, handBack) => new UnaryCall(route, head, wire, body, handBack),
    };
    return route;
  };
  return {
    byFormat: new Map(formats.map((format) => [format, routeOf(format)])),
    allowsGet: desc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
  };
}

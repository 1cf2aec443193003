import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { Interceptor } from "@connectrpc/connect";
import type { RpcErrorContext } from "../errors.js";
import type { MethodBinding } from "../method-impl.js";
import {
  binaryParser,
  binarySerializer,
  jsonParser,
  jsonSerializer,
  type Parse,
  type Serialize,
} from "./codec.js";
import type { FastSettings } from "./settings.js";
import { type UnaryFormat, unaryFormats } from "./unary-formats.js";

/** A unary method in one format: all that is known before a call comes in. */
export interface UnaryRoute {
  readonly desc: DescMethod;
  readonly format: UnaryFormat;
  readonly binding: MethodBinding;
  /** For reports of errors. */
  readonly origin: RpcErrorContext;
  readonly parse: Parse;
  readonly serialize: Serialize;
  /** All of them, the outer ones first; usually none. */
  readonly interceptors: readonly Interceptor[];
  readonly settings: FastSettings;
}

/** A unary method in all the formats that it is answered in. */
export interface FastMethod {
  readonly byFormat: ReadonlyMap<UnaryFormat, UnaryRoute>;
  readonly allowsGet: boolean;
}

/** Prepares a method for the protocols that are on. */
export function fastMethod(
  binding: MethodBinding,
  interceptors: readonly Interceptor[],
  isServed: (protocolName: UnaryFormat["protocolName"]) => boolean,
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
  const formats = [...new Set(unaryFormats.values())].filter((f) => isServed(f.protocolName));
  const route = (format: UnaryFormat): UnaryRoute => {
    const codec = format.binary ? binary : json;
    return { desc, format, binding, origin, ...codec, interceptors, settings };
  };
  return {
    byFormat: new Map(formats.map((format) => [format, route(format)])),
    allowsGet: desc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
  };
}

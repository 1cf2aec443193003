import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import type { EnumFacts } from "../decorators/enum-type.js";
import type { MethodFacts } from "../decorators/facts.js";
import type { MapKey, MessageClass, Scalar } from "../decorators/field-types.js";
import type { MessageOptions } from "../decorators/message.js";
import type { ServiceOptions } from "../decorators/service.js";

/**
 * The model is what decorated classes say once every thunk is resolved and every name is known:
 * a plain tree from which descriptors, text and conversions are made, each by itself.
 */
export interface SchemaModel {
  /** By package, in the order their files have to be built: imported ones first. */
  readonly packages: readonly PackageModel[];
  /** Services that came from a .proto file; nothing is emitted for them. */
  readonly contracts: readonly ContractModel[];
}

export interface PackageModel {
  readonly name: string;
  /** Path of its .proto file, relative to the proto folder. */
  readonly path: string;
  readonly messages: readonly MessageModel[];
  readonly enums: readonly EnumModel[];
  readonly services: readonly ServiceModel[];
}

export interface MessageModel {
  readonly kind: "message";
  readonly name: string;
  readonly packageName: string;
  /** With its package and, if it is declared inside others, their names. */
  readonly typeName: string;
  /** The class, except for the messages made to wrap a scalar, list or map. */
  readonly type?: MessageClass;
  readonly options: MessageOptions;
  /** For a message made to wrap a scalar, list or map: what for. */
  readonly wrapperOf?: string;
  readonly within?: MessageModel;
  /** The members of a oneof are side by side, as proto text has them. */
  fields: readonly FieldModel[];
}

export interface EnumModel {
  readonly kind: "enum";
  readonly name: string;
  readonly packageName: string;
  readonly typeName: string;
  readonly facts: EnumFacts;
}

/** A resolved type of a single value. */
export type ValueModel =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "date" }
  | MessageModel
  | EnumModel
  /** A type that came from a .proto file. */
  | { readonly kind: "generated"; readonly desc: DescMessage | DescEnum };

export interface FieldModel {
  readonly property: string;
  readonly name: string;
  readonly number: number;
  readonly value: ValueModel;
  readonly cardinality: "singular" | "optional" | "repeated" | "map";
  readonly mapKey?: MapKey;
  readonly oneof?: string;
  readonly doc?: string;
  readonly deprecated?: boolean;
}

/** What goes over the wire in one direction of a method. */
export interface PayloadModel {
  readonly message: MessageModel | DescMessage;
  /** The one field of a wrapper message: handlers see its value, not the message. */
  readonly wraps?: FieldModel;
}

export type MethodKind = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

export interface MethodModel {
  readonly name: string;
  readonly kind: MethodKind;
  readonly request: PayloadModel;
  readonly response: PayloadModel;
  readonly facts: MethodFacts;
}

export interface ServiceModel {
  readonly name: string;
  readonly packageName: string;
  readonly typeName: string;
  readonly options: ServiceOptions;
  readonly instance: object;
  readonly methods: readonly MethodModel[];
}

export interface ContractModel {
  readonly contract: DescService;
  readonly options: Pick<ServiceOptions, "interceptors">;
  readonly instance: object;
  /** By the contract's local (camelCase) method name. */
  readonly methods: ReadonlyMap<string, MethodFacts>;
}

import type {
  DescEnum,
  DescMessage,
  EnumShape,
  JsonObject,
  JsonValue,
  Message,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import type { AnyEnumType, EnumType } from "./enum-type.js";

/** The scalar types of proto3 by their own names. */
export type Scalar = keyof ScalarValues;

/** What each proto3 scalar is in TypeScript. 64-bit integers are `bigint`: nothing is rounded. */
export interface ScalarValues {
  double: number;
  float: number;
  int32: number;
  int64: bigint;
  uint32: number;
  uint64: bigint;
  sint32: number;
  sint64: bigint;
  fixed32: number;
  fixed64: bigint;
  sfixed32: number;
  sfixed64: bigint;
  bool: boolean;
  string: string;
  bytes: Uint8Array;
}

/** The scalars proto3 allows as map keys. */
export type MapKey = Exclude<Scalar, "double" | "float" | "bytes">;

/** JavaScript's own constructors stand for the type they most plainly mean. */
export type NativeType =
  | StringConstructor
  | BooleanConstructor
  | NumberConstructor
  | BigIntConstructor
  | DateConstructor
  | Uint8ArrayConstructor;

/** A class decorated with `@message()`. */
export type MessageClass<T = unknown> = abstract new () => T;

/** Anything a single value can be: of a field, a list element, a map value, a request. */
export type SingularType =
  | Scalar
  | NativeType
  | AnyEnumType
  | DescMessage
  | DescEnum
  | MessageClass
  | Thunk;

/**
 * A type named later: `() => Node`. It is resolved when the app is finalized, after all modules
 * have loaded, so recursion and circular imports work.
 */
export type Thunk = () => SingularType;

/**
 * The same type, under a name that `emitDecoratorMetadata` does not look through: write
 * `next!: Ref<Node>` where modules import each other in a circle. The metadata would otherwise name
 * the class before it is defined, which no thunk can prevent, and the program ends with
 * "Cannot access 'Node' before initialization". Without that compiler option it is not needed.
 */
export type Ref<T> = T;

/** What `repeated()` returns. */
export interface RepeatedType<T extends SingularType = SingularType> {
  readonly kind: "repeated";
  readonly of: T;
}

/** What `map()` returns. */
export interface MapType<K extends MapKey = MapKey, V extends SingularType = SingularType> {
  readonly kind: "map";
  readonly key: K;
  readonly value: V;
}

/** Everything `@field(number, type)` takes. */
export type FieldType = SingularType | RepeatedType | MapType;

/** `repeated T`: an array. */
export function repeated<const T extends SingularType>(of: T): RepeatedType<T> {
  return { kind: "repeated", of };
}

/** `map<K, V>`: an object whose keys are written as JavaScript writes property names. */
export function map<const K extends MapKey, const V extends SingularType>(
  key: K,
  value: V,
): MapType<K, V> {
  return { kind: "map", key, value };
}

/** The TypeScript type a handler receives for a declared type. */
export type FieldValue<T> = T extends Scalar
  ? ScalarValues[T]
  : T extends StringConstructor
    ? string
    : T extends BooleanConstructor
      ? boolean
      : T extends NumberConstructor
        ? number
        : T extends BigIntConstructor
          ? bigint
          : T extends DateConstructor
            ? Date
            : T extends Uint8ArrayConstructor
              ? Uint8Array
              : T extends RepeatedType<infer U>
                ? FieldValue<U>[]
                : T extends MapType<infer K, infer V>
                  ? { [P in MapProperty<K>]: FieldValue<V> }
                  : T extends EnumType<infer E>
                    ? E
                    : T extends DescMessage
                      ? GeneratedValue<MessageShape<T>>
                      : T extends DescEnum
                        ? EnumShape<T>
                        : T extends abstract new (
                              ...args: never
                            ) => infer I
                          ? I
                          : T extends () => infer R
                            ? // Of any type at all, there is no end to what thunks may lead to.
                              SingularType extends R
                              ? unknown
                              : FieldValue<R>
                            : never;

type MapProperty<K> = K extends "int32" | "uint32" | "sint32" | "fixed32" | "sfixed32"
  ? number
  : string;

/** @bufbuild/protobuf shows some well-known types by their natural value when they are fields. */
type GeneratedValue<M extends { $typeName: string }> =
  M["$typeName"] extends "google.protobuf.Struct"
    ? JsonObject
    : M["$typeName"] extends keyof WrapperValues
      ? WrapperValues[M["$typeName"]]
      : M;

interface WrapperValues {
  "google.protobuf.DoubleValue": number;
  "google.protobuf.FloatValue": number;
  "google.protobuf.Int64Value": bigint;
  "google.protobuf.UInt64Value": bigint;
  "google.protobuf.Int32Value": number;
  "google.protobuf.UInt32Value": number;
  "google.protobuf.BoolValue": boolean;
  "google.protobuf.StringValue": string;
  "google.protobuf.BytesValue": Uint8Array;
}

/**
 * What may be handed over where a value of type `T` is expected: an instance of the class or any
 * object with the same data. Methods of the class are not data. For types that came from a .proto
 * file it is what @bufbuild/protobuf's `create()` takes: each field may be left out.
 */
export type Init<T> = T extends
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | Uint8Array
  ? T
  : T extends readonly (infer U)[]
    ? readonly Init<U>[]
    : JsonValue extends T
      ? T
      : T extends Message
        ? MessageInitShape<GenMessage<T>>
        : // biome-ignore lint/complexity/noBannedTypes: every callable is meant
          { [K in keyof T as T[K] extends Function ? never : K]: Init<T[K]> };

/** True at run time for `() => T`: only arrow functions and methods have no prototype. */
export function isThunk(type: unknown): type is Thunk {
  return typeof type === "function" && !("prototype" in type);
}

import { ScalarType } from "@bufbuild/protobuf";

/** One of something for each kind of scalar that JSON has: how bits are written is not among them. */
export interface JsonScalars<T> {
  readonly double: T;
  readonly float: T;
  readonly int32: T;
  readonly uint32: T;
  readonly int64: T;
  readonly uint64: T;
  readonly bool: T;
  readonly string: T;
  readonly bytes: T;
}

const kinds: Readonly<Record<ScalarType, keyof JsonScalars<unknown>>> = {
  [ScalarType.DOUBLE]: "double",
  [ScalarType.FLOAT]: "float",
  [ScalarType.INT64]: "int64",
  [ScalarType.UINT64]: "uint64",
  [ScalarType.INT32]: "int32",
  [ScalarType.FIXED64]: "uint64",
  [ScalarType.FIXED32]: "uint32",
  [ScalarType.BOOL]: "bool",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "bytes",
  [ScalarType.UINT32]: "uint32",
  [ScalarType.SFIXED32]: "int32",
  [ScalarType.SFIXED64]: "int64",
  [ScalarType.SINT32]: "int32",
  [ScalarType.SINT64]: "int64",
};

/** The one for a scalar type. */
export function forScalar<T>(scalars: JsonScalars<T>, type: ScalarType): T {
  return scalars[kinds[type]];
}

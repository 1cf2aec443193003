import { type DescEnum, ScalarType } from "@bufbuild/protobuf";

/** What compiled code has to know of a scalar type. */
export interface ScalarText {
  /** The method of reader and writer. */
  readonly method: string;
  readonly wireType: 0 | 1 | 2 | 5;
  /** The zero value as text; none for bytes, where it is an object. */
  readonly zero: string;
}

const scalar = (method: string, wireType: ScalarText["wireType"], zero = "0"): ScalarText => ({
  method,
  wireType,
  zero,
});

export const scalarTexts: Readonly<Record<ScalarType, ScalarText>> = {
  [ScalarType.DOUBLE]: scalar("double", 1),
  [ScalarType.FLOAT]: scalar("float", 5),
  [ScalarType.INT64]: scalar("int64", 0, "0n"),
  [ScalarType.UINT64]: scalar("uint64", 0, "0n"),
  [ScalarType.INT32]: scalar("int32", 0),
  [ScalarType.FIXED64]: scalar("fixed64", 1, "0n"),
  [ScalarType.FIXED32]: scalar("fixed32", 5),
  [ScalarType.BOOL]: scalar("bool", 0, "false"),
  [ScalarType.STRING]: scalar("string", 2, '""'),
  [ScalarType.BYTES]: scalar("bytes", 2, "new Uint8Array()"),
  [ScalarType.UINT32]: scalar("uint32", 0),
  [ScalarType.SFIXED32]: scalar("sfixed32", 5),
  [ScalarType.SFIXED64]: scalar("sfixed64", 1, "0n"),
  [ScalarType.SINT32]: scalar("sint32", 0),
  [ScalarType.SINT64]: scalar("sint64", 0, "0n"),
};

/** An enum is an int32 whose zero is its first value. */
export function enumText({ values }: DescEnum): ScalarText {
  return scalar("int32", 0, String(values[0]!.number));
}

import type { Scalar } from "../decorators/field-types.js";

/** Says whether a JavaScript value is one of a scalar type; `expected` is for the error text. */
export interface ScalarCheck {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const maxFloat = 3.4028234663852886e38;

const int32: ScalarCheck = {
  expected: "32-bit integer",
  accepts: (value) => typeof value === "number" && (value | 0) === value,
};
const uint32: ScalarCheck = {
  expected: "unsigned 32-bit integer",
  accepts: (value) => typeof value === "number" && value >>> 0 === value,
};
const int64: ScalarCheck = {
  expected: "64-bit integer as bigint",
  accepts: (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
};
const uint64: ScalarCheck = {
  expected: "unsigned 64-bit integer as bigint",
  accepts: (value) => typeof value === "bigint" && BigInt.asUintN(64, value) === value,
};

/** The check of each scalar type, by protobuf's ranges. */
export const scalarChecks: Readonly<Record<Scalar, ScalarCheck>> = {
  double: { expected: "number", accepts: (value) => typeof value === "number" },
  float: {
    expected: "32-bit floating point number",
    accepts: (value) =>
      typeof value === "number" && !(Number.isFinite(value) && Math.abs(value) > maxFloat),
  },
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  bool: { expected: "boolean", accepts: (value) => typeof value === "boolean" },
  string: {
    // A lone surrogate has no UTF-8 form; encoders would replace it without a word.
    expected: "well-formed string",
    accepts: (value) => typeof value === "string" && value.isWellFormed(),
  },
  bytes: { expected: "Uint8Array", accepts: (value) => value instanceof Uint8Array },
};

/** Whether a property name can be the key of a map with this key type. */
export function acceptsMapKey(type: Scalar, key: string): boolean {
  if (type === "string") return key.isWellFormed();
  if (type === "bool") return key === "true" || key === "false";
  if (!/^-?\d{1,20}$/.test(key)) return false;
  const check = scalarChecks[type];
  return check.accepts(type.endsWith("64") ? BigInt(key) : Number(key));
}

import { type DescEnum, type DescMessage, fromJson, ScalarType } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { JsonScalars } from "./json-scalars.js";
import { giveUp } from "./unusual.js";
import { storeSigned, storeUnsigned } from "./words.js";

/** What @bufbuild/protobuf allows. */
const maxDepth = 100;
const maxFloat = 3.4028234663852886e38;

type JsonObject = Readonly<Record<string, unknown>>;

/** Takes values out of parsed JSON, and gives up at whatever is not written the usual way. */
export class JsonReader {
  /** So many members of objects were used. */
  members = 0;
  depth = 0;

  /** Steps into a message. */
  enter(value: unknown): JsonObject {
    if (++this.depth > maxDepth) giveUp();
    return this.object(value);
  }

  object(value: unknown): JsonObject {
    if (typeof value !== "object" || value === null || Array.isArray(value)) giveUp();
    return value as JsonObject;
  }

  array(value: unknown): readonly unknown[] {
    if (!Array.isArray(value)) giveUp();
    return value;
  }

  /** A message that wraps a scalar counts as one, too. */
  wrapped<T>(value: T): T {
    if (this.depth >= maxDepth) giveUp();
    return value;
  }

  /** A message that is a text in JSON, from @bufbuild/protobuf. */
  textual(desc: DescMessage, value: unknown): unknown {
    if (typeof value !== "string" || this.depth >= maxDepth) giveUp();
    return fromJson(desc, value);
  }
}

function string(value: unknown): string {
  if (typeof value !== "string" || !value.isWellFormed()) giveUp();
  return value;
}

function bytes(value: unknown): Uint8Array {
  if (typeof value !== "string") giveUp();
  return base64Decode(value);
}

function bool(value: unknown): boolean {
  if (typeof value !== "boolean") giveUp();
  return value;
}

function int32(value: unknown): number {
  if (typeof value !== "number" || (value | 0) !== value) giveUp();
  return value;
}

function uint32(value: unknown): number {
  if (typeof value !== "number" || value >>> 0 !== value) giveUp();
  return value;
}

function integer(value: unknown): bigint {
  if (typeof value === "string" ? value === "" : typeof value !== "number") giveUp();
  return BigInt(value as string | number);
}

function int64(value: unknown): bigint {
  const result = integer(value);
  if (!storeSigned(result)) giveUp();
  return result;
}

function uint64(value: unknown): bigint {
  const result = integer(value);
  if (!storeUnsigned(result)) giveUp();
  return result;
}

const named = new Map<unknown, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function double(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : giveUp();
  return named.get(value) ?? giveUp();
}

function float(value: unknown): number {
  const result = double(value);
  if (Math.abs(result) > maxFloat && Number.isFinite(result)) giveUp();
  return result;
}

/** The value of a scalar from its JSON; gives up if it is not written the usual way. */
export const jsonReaders: JsonScalars<(value: unknown) => unknown> = {
  double,
  float,
  int32,
  uint32,
  int64,
  uint64,
  bool,
  string,
  bytes,
};

/** The number of an enum from its name; from a number, if it is sent so. */
export function enumReader({ values }: DescEnum): (value: unknown) => number {
  const numbers = new Map<unknown, number>([
    ...values.map(({ jsonName, number }) => [jsonName, number] as const),
    // A name that is also the JSON name of another value means the one that has it.
    ...values.map(({ name, number }) => [name, number] as const),
  ]);
  return (value) => numbers.get(value) ?? int32(value);
}

/** Checks that the name of a property is the key of a map in its one usual form. */
export function keyReader(type: ScalarType): (name: string) => string {
  switch (type) {
    case ScalarType.STRING:
      return (name) => (name !== "__proto__" && name.isWellFormed() ? name : giveUp());
    case ScalarType.BOOL:
      return (name) => (name === "true" || name === "false" ? name : giveUp());
    default:
      // Others are possible, but who has so many entries?
      return (name) => (/^(?:0|-?[1-9]\d{0,8})$/.test(name) ? name : giveUp());
  }
}

import {
  type DescEnum,
  type DescMessage,
  type JsonWriteOptions,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import type { JsonScalars } from "./json-scalars.js";
import { giveUp } from "./unusual.js";
import { storeSigned, storeUnsigned } from "./words.js";

/** Characters that JSON.stringify escapes: all those it must, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

function string(value: unknown): string {
  if (typeof value !== "string") giveUp();
  return escaped.test(value) ? JSON.stringify(value) : `"${value}"`;
}

function bytes(value: unknown): string {
  if (!(value instanceof Uint8Array)) giveUp();
  const { buffer, byteOffset, byteLength } = value;
  return `"${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}"`;
}

function bool(value: unknown): string {
  if (typeof value !== "boolean") giveUp();
  return value ? "true" : "false";
}

function int32(value: unknown): string {
  if (typeof value !== "number" || (value | 0) !== value) giveUp();
  return `${value}`;
}

function uint32(value: unknown): string {
  if (typeof value !== "number" || value >>> 0 !== value) giveUp();
  return `${value}`;
}

function int64(value: unknown): string {
  if (typeof value !== "bigint" || !storeSigned(value)) giveUp();
  return `"${value}"`;
}

function uint64(value: unknown): string {
  if (typeof value !== "bigint" || !storeUnsigned(value)) giveUp();
  return `"${value}"`;
}

function double(value: unknown): string {
  if (typeof value !== "number") giveUp();
  return Number.isFinite(value) ? `${value}` : `"${value}"`;
}

/** The JSON text of a scalar; gives up if the value is none of the type. */
export const jsonWriters: JsonScalars<(value: unknown) => string> = {
  double,
  float: double,
  int32,
  uint32,
  int64,
  uint64,
  bool,
  string,
  bytes,
};

/** The text of a message that has a JSON of its own, from @bufbuild/protobuf. */
export function otherMessage(
  desc: DescMessage,
  message: unknown,
  options: Partial<JsonWriteOptions>,
): string {
  return JSON.stringify(toJson(desc, message as Message, options));
}

/** The text of an enum's numbers: their names, and the numbers of those that have none. */
export function enumWriter({
  typeName,
  values,
  value: first,
}: DescEnum): (value: unknown) => string {
  if (typeName === "google.protobuf.NullValue") {
    return (value) => (typeof value === "number" ? "null" : giveUp());
  }
  const names = new Map<unknown, string>(
    values.map(({ number }) => [number, JSON.stringify(first[number]!.jsonName)]),
  );
  return (value) => names.get(value) ?? int32(value);
}

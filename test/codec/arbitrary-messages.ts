import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import type { Draw } from "../support/draw.js";

const signed32 = [0, -0, 1, -1, 63, -64, 127, 128, 16_383, 16_384, 2 ** 31 - 1, -(2 ** 31)];
const unsigned32 = [0, 1, 127, 128, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1];
const signed64 = [0n, 1n, -1n, 127n, 128n, 2n ** 31n, 2n ** 32n, -(2n ** 35n), 2n ** 53n + 1n];
const unsigned64 = [0n, 1n, 300n, 2n ** 28n, 2n ** 32n - 1n, 2n ** 56n, 2n ** 64n - 1n];
const numbers = [0, -0, 1, 1.5, -1e300, 5e-324, 0.1, Number.NaN, Infinity, -Infinity, 1e21];
const floats = [0, -0, 1.5, Math.fround(0.1), 3.4028234663852886e38, Number.NaN, -Infinity];
const texts = [
  "",
  "x",
  "exactly twenty chars",
  "and these twenty-four ch",
  "one character more than is short",
  "größer 漢字 🚀",
  "ü".repeat(64),
  "a\0b",
  '"quoted"\n\\',
  "\u2028\ufeff",
  "\ufffd",
  "__proto__",
  "constructor",
  "y".repeat(127),
  "z".repeat(128),
  "漢".repeat(43),
];

const limits = { signed: [2n ** 63n - 1n, -(2n ** 63n)], unsigned: [2n ** 63n] };

const values: Readonly<Record<ScalarType, readonly unknown[]>> = {
  [ScalarType.DOUBLE]: numbers,
  [ScalarType.FLOAT]: floats,
  [ScalarType.INT32]: signed32,
  [ScalarType.SINT32]: signed32,
  [ScalarType.SFIXED32]: signed32,
  [ScalarType.UINT32]: unsigned32,
  [ScalarType.FIXED32]: unsigned32,
  [ScalarType.INT64]: [...signed64, ...limits.signed],
  [ScalarType.SINT64]: [...signed64, ...limits.signed],
  [ScalarType.SFIXED64]: [...signed64, ...limits.signed],
  [ScalarType.UINT64]: [...unsigned64, ...limits.unsigned],
  [ScalarType.FIXED64]: [...unsigned64, ...limits.unsigned],
  [ScalarType.BOOL]: [false, true],
  [ScalarType.STRING]: texts,
  [ScalarType.BYTES]: [new Uint8Array(), new Uint8Array([0, 255, 128]), new Uint8Array(200)],
};

/** Values that are none of any type, or not of most. */
const wrong = [
  undefined,
  null,
  "x",
  "1",
  1,
  1.5,
  2 ** 40,
  -1,
  1n,
  2n ** 80n,
  true,
  {},
  [],
  "\ud800",
];

export interface MessageOptions {
  /** How often, in percent, a value is of another type. */
  readonly wrongValues?: number;
}

const maxDepth = 3;

/** Draws some messages. */
export function drawMessages(draw: Draw, desc: DescMessage, options?: MessageOptions): Message[] {
  return Array.from({ length: 4 }, () => drawMessage(draw, desc, options));
}

/** Draws a message, with some of its fields set. */
export function drawMessage(
  draw: Draw,
  desc: DescMessage,
  options: MessageOptions = {},
  depth = 0,
): Message {
  const { nat, chance, pick } = draw;
  const message = create(desc) as Message & Record<string, unknown>;
  const drawOne = (field: DescField): unknown => {
    if (chance(options.wrongValues ?? 0)) return pick(wrong);
    return drawValue(draw, field, options, depth);
  };
  for (const field of desc.fields) {
    if (chance(depth > 0 ? 60 : 30) || (depth > maxDepth && field.message !== undefined)) continue;
    const { localName } = field;
    if (field.fieldKind === "list") {
      message[localName] = Array.from({ length: nat(4) }, () => drawOne(field));
    } else if (field.fieldKind === "map") {
      const keys = values[field.mapKey].map(String);
      const map = Array.from({ length: nat(3) }, () => [pick(keys), drawOne(field)]);
      message[localName] = Object.fromEntries(map);
    } else if (field.oneof !== undefined) {
      message[field.oneof.localName] = { case: localName, value: drawOne(field) };
    } else {
      message[localName] = drawOne(field);
    }
  }
  return message;
}

function drawValue(draw: Draw, field: DescField, options: MessageOptions, depth: number): unknown {
  const { pick } = draw;
  if (field.enum !== undefined) return pick(enumNumbers(field.enum));
  if (field.scalar !== undefined) {
    const value = pick(values[field.scalar]);
    const isText = field.fieldKind !== "map" && "longAsString" in field && field.longAsString;
    return isText ? String(value) : value;
  }
  const { message, parent } = field;
  if (
    message.typeName === "google.protobuf.Struct" &&
    parent.typeName !== "google.protobuf.Value"
  ) {
    return pick([{}, { a: [1, { b: null }], c: "x", __proto: true }]);
  }
  const isPlain = field.fieldKind === "message" && field.oneof === undefined;
  if (
    isPlain &&
    /google\.protobuf\.\w+Value$/.test(message.typeName) &&
    message.fields.length === 1
  ) {
    const [wrapped] = message.fields;
    if (wrapped!.scalar !== undefined) return pick(values[wrapped!.scalar]);
  }
  return drawMessage(draw, message, options, depth + 1);
}

function enumNumbers({ open, values: declared }: DescEnum): number[] {
  const numbers = declared.map(({ number }) => number);
  return open ? [...numbers, 77, -77, 2 ** 31 - 1] : numbers;
}

import {
  create,
  type DescMessage,
  fromJson,
  type JsonObject,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import { enumFactsOf } from "../../src/decorators/enum-type.js";
import { type FieldFacts, factsOf, isMessageClass } from "../../src/decorators/facts.js";
import {
  type FieldType,
  isThunk,
  type MapKey,
  type MapType,
  type MessageClass,
  type RepeatedType,
  type Scalar,
} from "../../src/decorators/field-types.js";
import type { Draw } from "../support/draw.js";

/** A value for a declared type, and what it is to whoever receives it. */
export interface DrawnValue {
  readonly given: unknown;
  readonly expected: unknown;
}

/** How deep messages are in each other at most. */
const maxDepth = 3;

/** Draws a value as a handler might return it: all of its fields, or some left out. */
export function drawValue(draw: Draw, type: FieldType, depth = 0): DrawnValue {
  const { nat, chance } = draw;
  if (isThunk(type)) return drawValue(draw, type(), depth);
  if ((type as RepeatedType).kind === "repeated") {
    const { of } = type as RepeatedType;
    const length = depth > maxDepth ? 0 : nat(3);
    return unzip(Array.from({ length }, () => drawValue(draw, of, depth + 1)));
  }
  if ((type as MapType).kind === "map") {
    const { key, value } = type as MapType;
    const length = depth > maxDepth ? 0 : nat(3);
    const entries = Array.from(
      { length },
      () => [drawKey(draw, key), drawValue(draw, value, depth + 1)] as const,
    );
    const given = fromEntries(entries.map(([k, v]) => [k, v.given]));
    return { given, expected: fromEntries(entries.map(([k, v]) => [k, v.expected])) };
  }
  if (isMessageClass(type)) return drawMessage(draw, type, depth);
  const value = drawPlain(draw, type, chance(30));
  return { given: value, expected: Buffer.isBuffer(value) ? new Uint8Array(value) : value };
}

function unzip(values: readonly DrawnValue[]): DrawnValue {
  return { given: values.map((v) => v.given), expected: values.map((v) => v.expected) };
}

/** Like `Object.fromEntries`, where the last of equal keys wins; `__proto__` is a key like others. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

function drawMessage(draw: Draw, type: MessageClass, depth: number): DrawnValue {
  const given: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  const oneofs = new Set<string>();
  for (const field of factsOf(type)!.fields) {
    const { oneof } = field.options;
    const isTaken = oneof !== undefined && oneofs.has(oneof);
    const isOptional = hasPresence(field);
    const isDeep = depth >= maxDepth && isOptional;
    if (isTaken || isDeep || draw.chance(30)) {
      if (draw.chance(20)) given[field.property] = draw.pick([undefined, null]);
      expected[field.property] = isOptional ? undefined : implicitValue(field);
      continue;
    }
    if (oneof !== undefined) oneofs.add(oneof);
    const value = drawValue(draw, field.type as FieldType, depth + 1);
    given[field.property] = value.given;
    expected[field.property] = value.expected;
  }
  return { given, expected };
}

/** Whether leaving a field out is another thing than setting it to its zero. */
function hasPresence({ type, options }: FieldFacts): boolean {
  const declared = resolve(type);
  const isMessage =
    declared === Date ||
    isMessageClass(declared) ||
    (declared as Partial<DescMessage>).kind === "message";
  return isMessage || options.optional === true || options.oneof !== undefined;
}

/** What a field without presence is where it was left out. */
function implicitValue({ type }: FieldFacts): unknown {
  const declared = resolve(type);
  if ((declared as RepeatedType).kind === "repeated") return [];
  if ((declared as MapType).kind === "map") return {};
  if (enumFactsOf(declared) !== undefined || declared === wkt.NullValueSchema) return 0;
  const scalar = scalarOf(declared);
  if (scalar === "bool") return false;
  if (scalar === "string") return "";
  if (scalar === "bytes") return new Uint8Array();
  return /64$/.test(scalar) ? 0n : 0;
}

function resolve(type: unknown): unknown {
  return isThunk(type) ? resolve(type()) : type;
}

const natives = new Map<unknown, Scalar>([
  [String, "string"],
  [Boolean, "bool"],
  [Number, "double"],
  [BigInt, "int64"],
  [Uint8Array, "bytes"],
]);

function scalarOf(type: unknown): Scalar {
  return natives.get(type) ?? (type as Scalar);
}

const dates = [0, 1, -1, 1_700_000_000_123, -62_135_596_800_000, 253_402_300_799_999];
const texts = ["", "x", "größer 漢字 🚀", "a\0b", '"quoted"\n', "\u2028", "__proto__"];
const bits32 = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
const unsigned32 = [0, 1, 2 ** 31, 2 ** 32 - 1];
const bits64 = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9_007_199_254_740_993n];
const unsigned64 = [0n, 1n, 2n ** 63n, 2n ** 64n - 1n];
const doubles = [0, 1.5, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, -Infinity, 0.1];
const floats = [0, 1.5, Math.fround(0.1), 3.4028234663852886e38, Number.NaN, -Infinity];

const scalarValues: Readonly<Record<Scalar, readonly unknown[]>> = {
  double: doubles,
  float: floats,
  int32: bits32,
  sint32: bits32,
  sfixed32: bits32,
  uint32: unsigned32,
  fixed32: unsigned32,
  int64: bits64,
  sint64: bits64,
  sfixed64: bits64,
  uint64: unsigned64,
  fixed64: unsigned64,
  bool: [false, true],
  string: texts,
  bytes: [new Uint8Array(), new Uint8Array([0, 255, 128]), Buffer.from("buffer")],
};

const json: readonly JsonObject[] = [
  {},
  { text: "x", number: 1.5, nothing: null, list: [1, [true], {}], nested: { a: { b: "c" } } },
];
type ValueInit = NonNullable<MessageInitShape<typeof wkt.ValueSchema>["kind"]>;
const value = (kind: ValueInit) => create(wkt.ValueSchema, { kind });
const jsonValues = [
  value({ case: "nullValue", value: wkt.NullValue.NULL_VALUE }),
  value({ case: "stringValue", value: "x" }),
  value({ case: "numberValue", value: -0.5 }),
  value({ case: "structValue", value: fromJson(wkt.StructSchema, { a: [1, null] }) }),
];

/** Values of generated types: as messages, or natural where they are so as a field. */
const generatedValues = new Map<unknown, readonly unknown[]>([
  [
    wkt.TimestampSchema,
    [
      create(wkt.TimestampSchema),
      create(wkt.TimestampSchema, { seconds: 253_402_300_799n, nanos: 999_999_999 }),
    ],
  ],
  [
    wkt.DurationSchema,
    [create(wkt.DurationSchema), create(wkt.DurationSchema, { seconds: -5n, nanos: -1 })],
  ],
  [wkt.StructSchema, json],
  [wkt.ValueSchema, jsonValues],
  [
    wkt.ListValueSchema,
    [create(wkt.ListValueSchema), create(wkt.ListValueSchema, { values: jsonValues })],
  ],
  [
    wkt.AnySchema,
    [create(wkt.AnySchema), wkt.anyPack(wkt.TimestampSchema, wkt.timestampFromMs(5))],
  ],
  [
    wkt.FieldMaskSchema,
    [create(wkt.FieldMaskSchema), create(wkt.FieldMaskSchema, { paths: ["a_b", "c.d"] })],
  ],
  [wkt.EmptySchema, [create(wkt.EmptySchema)]],
  [wkt.NullValueSchema, [0]],
  [wkt.DoubleValueSchema, doubles],
  [wkt.Int64ValueSchema, bits64],
  [wkt.UInt64ValueSchema, unsigned64],
  [wkt.BoolValueSchema, [false, true]],
  [wkt.StringValueSchema, texts],
  [wkt.BytesValueSchema, scalarValues.bytes],
]);

function drawPlain(draw: Draw, type: unknown, isUnknownEnum: boolean): unknown {
  const enumFacts = enumFactsOf(type);
  if (enumFacts !== undefined) {
    // Enums are open: a number without a name is kept.
    return isUnknownEnum ? draw.pick([77, -77]) : draw.pick([...enumFacts.members.values()]);
  }
  if (type === Date) return new Date(draw.pick(dates));
  return draw.pick(generatedValues.get(type) ?? scalarValues[scalarOf(type)]) as Message;
}

function drawKey(draw: Draw, key: MapKey): string {
  return String(draw.pick(scalarValues[key]));
}

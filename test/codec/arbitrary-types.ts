import {
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import type { Draw } from "../support/draw.js";

const { FieldDescriptorProto_Type: Type, FieldDescriptorProto_Label: Label } = wkt;

type FieldInit = Exclude<MessageInitShape<typeof wkt.FieldDescriptorProtoSchema>, Message>;
type MessageInit = MessageInitShape<typeof wkt.DescriptorProtoSchema>;

const scalars = Object.values(Type).filter(
  (type) =>
    typeof type === "number" && ![Type.GROUP, Type.MESSAGE, Type.ENUM].includes(type as never),
) as wkt.FieldDescriptorProto_Type[];
const mapKeys = scalars.filter((type) => ![Type.DOUBLE, Type.FLOAT, Type.BYTES].includes(type));
const longs = [Type.INT64, Type.UINT64, Type.SINT64, Type.FIXED64, Type.SFIXED64];

const wellKnown = [
  wkt.file_google_protobuf_any,
  wkt.file_google_protobuf_duration,
  wkt.file_google_protobuf_empty,
  wkt.file_google_protobuf_field_mask,
  wkt.file_google_protobuf_struct,
  wkt.file_google_protobuf_timestamp,
  wkt.file_google_protobuf_wrappers,
  // proto2, with nearly everything that is not in proto3.
  wkt.file_google_protobuf_descriptor,
];

const messageNames = [
  "Any Duration Empty FieldMask Struct Value ListValue Timestamp UninterpretedOption FieldOptions",
  "DoubleValue FloatValue Int64Value UInt64Value Int32Value UInt32Value BoolValue StringValue",
  "BytesValue",
]
  .flatMap((line) => line.split(" "))
  .map((name) => `.google.protobuf.${name}`);
const enumNames = [".t.Color", ".t.Color", ".google.protobuf.NullValue", closedEnum()];

function closedEnum(): string {
  return ".google.protobuf.FieldDescriptorProto.Type";
}

/** Names that mean something to JavaScript, protobuf or JSON, and some of more than one word. */
const fieldNames = [
  ..."a b_c d1 to_string constructor value key case type __proto__ proto_".split(" "),
  ..."type_name then long_name_of_a_field".split(" "),
];

/** Types of one proto3 file that use each other, themselves and well-known ones. */
export function drawTypes(draw: Draw): DescMessage[] {
  const names = ["A", "B", "C"].slice(0, 1 + draw.nat(2));
  const own = names.map((name) => `.t.${name}`);
  const proto = create(wkt.FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    dependency: wellKnown.map((file) => `${file.name}.proto`),
    messageType: names.map((name) => drawType(draw, name, own)),
    enumType: [
      {
        name: "Color",
        value: [
          { name: "ZERO", number: 0 },
          { name: "RED", number: 1 },
          { name: "CRIMSON", number: 1 },
          { name: "MINUS", number: -5 },
        ],
        options: { allowAlias: true },
      },
    ],
  });
  const known = new Map<string, DescFile>(wellKnown.map((file) => [`${file.name}.proto`, file]));
  const registry = createFileRegistry(proto, (name) => known.get(name));
  return own.map((name) => registry.getMessage(name.slice(1))!);
}

function drawType(draw: Draw, name: string, own: readonly string[]): MessageInit {
  const { nat, chance, pick } = draw;
  const nestedType: MessageInit[] = [];
  const oneofDecl: { name: string }[] = [];
  const optionals: FieldInit[] = [];
  let number = 0;
  const unused = new Set(fieldNames);
  const field = Array.from({ length: nat(chance(10) ? 12 : 6) }, (): FieldInit => {
    number += pick([1, 1, 1, 1, 2, 20, 3000]);
    const fieldName = pick([...unused]);
    unused.delete(fieldName);
    const jsonName = chance(10) ? pick([`"é\n${number}`, "__proto__", `${number}`]) : undefined;
    const base = {
      name: fieldName,
      jsonName: jsonName ?? camelCase(fieldName),
      number,
      label: Label.OPTIONAL,
    };
    const value = drawValueType(draw, own);
    switch (nat(6)) {
      case 0: {
        const options = { packed: chance(50) };
        return { ...base, ...value, label: Label.REPEATED, ...(chance(40) && { options }) };
      }
      case 1: {
        const entry = `E${number}`;
        nestedType.push({
          name: entry,
          field: [
            { name: "key", number: 1, label: Label.OPTIONAL, type: pick(mapKeys) },
            { name: "value", number: 2, label: Label.OPTIONAL, ...value },
          ],
          options: { mapEntry: true },
        });
        const typeName = `.t.${name}.${entry}`;
        return { ...base, type: Type.MESSAGE, typeName, label: Label.REPEATED };
      }
      case 2: {
        const optional = { ...base, ...value, proto3Optional: true };
        optionals.push(optional);
        return optional;
      }
      case 3:
        if (oneofDecl.length < 2) oneofDecl.push({ name: pick(["one", "of"]) + number });
        return { ...base, ...value, oneofIndex: nat(oneofDecl.length - 1) };
      default: {
        const isText = longs.includes(value.type!) && chance(20);
        const options = { jstype: wkt.FieldOptions_JSType.JS_STRING };
        return { ...base, ...value, ...(isText && { options }) };
      }
    }
  });
  for (const optional of optionals) {
    optional.oneofIndex = oneofDecl.push({ name: `_${optional.name}` }) - 1;
  }
  // Not in the order of their numbers, which is what everything is written in.
  if (chance(20)) field.reverse();
  // A oneof without fields is refused: some of those begun got none.
  return { name, field, nestedType, oneofDecl };
}

function drawValueType({ nat, pick }: Draw, own: readonly string[]): FieldInit {
  switch (nat(5)) {
    case 0:
      return { type: Type.MESSAGE, typeName: pick(own) };
    case 1:
      return { type: Type.MESSAGE, typeName: pick(messageNames) };
    case 2:
      return { type: Type.ENUM, typeName: pick(enumNames) };
    default:
      return { type: pick(scalars) };
  }
}

function camelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

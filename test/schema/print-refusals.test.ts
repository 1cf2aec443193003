import { create, type Message } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import {
  Edition,
  EnumValueDescriptorProtoSchema,
  type FileDescriptorProto,
  type FileOptions_OptimizeMode,
  FieldDescriptorProto_Label as Label,
  ServiceOptionsSchema,
  SymbolVisibility,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { printProto } from "../../src/schema/print/print-proto.js";
import {
  type FieldInit,
  type FileInit,
  field,
  mapEntry,
  protoFile,
  repeated,
} from "../support/proto-file.js";

interface Case {
  readonly what: string;
  readonly file: FileInit;
  /** Part of the error after "Cannot print ". */
  readonly error: string;
}

/** As read from bytes by somebody who does not know the field. */
function withUnknown<T extends Message>(message: T): T {
  message.$unknown = [{ no: 50_000, wireType: WireType.Varint, data: new Uint8Array([1]) }];
  return message;
}

const message = (init: object): FileInit => ({ messageType: [{ name: "M", ...init }] });
const withField = (init: FieldInit): FileInit => message({ field: [init] });
const withEntry = (entry: object, ...fields: FieldInit[]) =>
  message({ field: fields, nestedType: [entry] });
const mapField = repeated("a", 1, ".demo.v1.M.AEntry");
const comment = (path: number[]): FileInit => ({
  messageType: [
    { name: "M", field: [mapField], nestedType: [mapEntry("AEntry", "string", "string")] },
  ],
  sourceCodeInfo: { location: [{ path, span: [0, 0, 0], leadingComments: " x\n" }] },
});

const cases: Case[] = [
  {
    what: "proto2",
    file: { syntax: "" },
    error: 'file demo/v1/demo.proto as proto3: its syntax is "proto2"',
  },
  {
    what: "editions",
    file: { syntax: "editions", edition: Edition.EDITION_2023 },
    error: 'file demo/v1/demo.proto as proto3: its syntax is "editions"',
  },
  {
    what: "an edition beside the syntax",
    file: { edition: Edition.EDITION_2023 },
    error: "file demo/v1/demo.proto as proto3: it sets edition",
  },
  {
    what: "imports for options only",
    file: { optionDependency: ["a.proto"] },
    error: "it sets option_dependency",
  },
  {
    what: "a modifier without import",
    file: { publicDependency: [0] },
    error: "no import has index 0",
  },
  {
    what: "an import with two modifiers",
    file: { dependency: ["a.proto"], publicDependency: [0], weakDependency: [0] },
    error: "import 0 is both public and weak",
  },
  {
    what: "extensions of a file",
    file: { extension: [field("x", 1, "int32", { extendee: ".demo.v1.M" })] },
    error: "file demo/v1/demo.proto as proto3: it sets extension",
  },
  {
    what: "extensions inside a message",
    file: message({ extension: [field("x", 1, "int32", { extendee: ".a.B" })] }),
    error: "message demo.v1.M as proto3: it sets extension",
  },
  {
    what: "extension ranges",
    file: message({ extensionRange: [{ start: 1, end: 2 }] }),
    error: "message demo.v1.M as proto3: it sets extension_range",
  },
  {
    what: "visibility",
    file: { enumType: [{ name: "E", visibility: SymbolVisibility.VISIBILITY_LOCAL }] },
    error: "enum demo.v1.E as proto3: it sets visibility",
  },
  {
    what: "groups",
    file: withField({ ...field("g", 1, ".demo.v1.G"), type: Type.GROUP } as FieldInit),
    error: "field demo.v1.M.g as proto3: proto3 has no groups",
  },
  {
    what: "required fields",
    file: withField(field("a", 1, "int32", { label: Label.REQUIRED })),
    error: "field demo.v1.M.a as proto3: proto3 has no required fields",
  },
  {
    what: "default values",
    file: withField(field("a", 1, "int32", { defaultValue: "1" })),
    error: "field demo.v1.M.a as proto3: it sets default_value",
  },
  {
    what: "a field without type",
    file: withField({ name: "a", number: 1, typeName: ".demo.v1.M" }),
    error: "field demo.v1.M.a as proto3: its type is not set",
  },
  {
    what: "an unknown type",
    file: withField({ name: "a", number: 1, type: 99 as Type }),
    error: "field demo.v1.M.a as proto3: 99 is no field type",
  },
  {
    what: "a scalar with a type name",
    file: withField(field("a", 1, "int32", { typeName: ".demo.v1.M" })),
    error: "it is a scalar and has a type name",
  },
  {
    what: "a relative type name",
    file: withField(field("a", 1, "message", { typeName: "demo.v1.M" })),
    error: 'its type "demo.v1.M" is not a fully qualified name',
  },
  {
    what: "a method without type",
    file: { service: [{ name: "S", method: [{ name: "A" }] }] },
    error: 'method demo.v1.S.A as proto3: its type "" is not a fully qualified name',
  },
  {
    what: "names that are no identifiers",
    file: withField(field("a = 1; int32 b", 2, "int32")),
    error: '"a = 1; int32 b" is not an identifier',
  },
  {
    what: "packages that are no identifiers",
    file: { package: "a..b" },
    error: 'package a..b as proto3: "" is not an identifier',
  },
  {
    what: "enum values that begin a statement",
    file: { enumType: [{ name: "E", value: [{ name: "reserved", number: 0 }] }] },
    error: "enum value demo.v1.E.reserved as proto3: an enum value cannot be named reserved",
  },
  {
    what: "empty reserved ranges",
    file: message({ reservedRange: [{ start: 3, end: 3 }] }),
    error: "its reserved range from 3 to 2 is empty",
  },

  {
    what: "features",
    file: { options: { features: { fieldPresence: 1 } } },
    error: "file demo/v1/demo.proto as proto3: it sets the option features",
  },
  {
    what: "uninterpreted options",
    file: message({ options: { uninterpretedOption: [{ identifierValue: "x" }] } }),
    error: "message demo.v1.M as proto3: it sets the option uninterpreted_option",
  },
  {
    what: "options that are messages",
    file: withField(field("a", 1, "int32", { options: { editionDefaults: [{ value: "1" }] } })),
    error: "field demo.v1.M.a as proto3: it sets the option edition_defaults",
  },
  {
    what: "custom options",
    file: { service: [{ name: "S", options: withUnknown(create(ServiceOptionsSchema)) }] },
    error:
      "service demo.v1.S as proto3: it has a custom option (field 50000 of google.protobuf.ServiceOptions)",
  },
  {
    what: "option values without name",
    file: { options: { optimizeFor: 77 as FileOptions_OptimizeMode } },
    error:
      "optimize_for of file demo/v1/demo.proto as proto3: 77 is no value of google.protobuf.FileOptions.OptimizeMode",
  },
  {
    what: "unknown fields of a descriptor",
    file: {
      enumType: [
        { name: "E", value: [withUnknown(create(EnumValueDescriptorProtoSchema, { name: "A" }))] },
      ],
    },
    error: "enum value demo.v1.E.A as proto3: it has the unknown field 50000",
  },

  {
    what: "a oneof without fields",
    file: message({ oneofDecl: [{ name: "o" }] }),
    error: "oneof demo.v1.M.o as proto3: it has no fields",
  },
  {
    what: "a oneof whose fields are apart",
    file: message({
      field: [
        field("a", 1, "int32", { oneofIndex: 0 }),
        field("b", 2, "int32"),
        field("c", 3, "int32", { oneofIndex: 0 }),
      ],
      oneofDecl: [{ name: "o" }],
    }),
    error: "field demo.v1.M.c as proto3: the fields of its oneof o are not side by side",
  },
  {
    what: "oneofs in another order than their fields",
    file: message({
      field: [field("a", 1, "int32", { oneofIndex: 1 }), field("b", 2, "int32", { oneofIndex: 0 })],
      oneofDecl: [{ name: "o" }, { name: "p" }],
    }),
    error:
      "field demo.v1.M.a as proto3: the fields of its oneof p are not side by side, or not in the order",
  },
  {
    what: "a oneof that is shared with an optional field",
    file: message({
      field: [
        field("a", 1, "int32", { oneofIndex: 0 }),
        field("b", 2, "int32", { oneofIndex: 0, proto3Optional: true }),
      ],
      oneofDecl: [{ name: "_b" }],
    }),
    error: "field demo.v1.M.a as proto3: the fields of its oneof 0",
  },
  {
    what: "an optional field without oneof",
    file: withField(field("a", 1, "int32", { proto3Optional: true })),
    error: "it is optional, but the matching oneof is not where compilers put it",
  },
  {
    what: "an optional field whose oneof has another name",
    file: message({
      field: [field("a", 1, "int32", { proto3Optional: true, oneofIndex: 0 })],
      oneofDecl: [{ name: "a_" }],
    }),
    error: "field demo.v1.M.a as proto3: the oneof behind it is not named _a",
  },
  {
    what: "an optional repeated field",
    file: message({
      field: [repeated("a", 1, "int32", { proto3Optional: true, oneofIndex: 0 })],
      oneofDecl: [{ name: "_a" }],
    }),
    error: "field demo.v1.M.a as proto3: it is both repeated and optional",
  },

  {
    what: "a map entry that no field uses",
    file: withEntry(mapEntry("AEntry", "string", "string")),
    error: "map entry demo.v1.M.AEntry as proto3: 0 fields have it as their type",
  },
  {
    what: "a map entry of two fields",
    file: withEntry(
      mapEntry("AEntry", "string", "string"),
      mapField,
      repeated("b", 2, ".demo.v1.M.AEntry"),
    ),
    error: "2 fields have it as their type",
  },
  {
    what: "a map entry of another name",
    file: withEntry(mapEntry("Entry", "string", "string"), repeated("a", 1, ".demo.v1.M.Entry")),
    error: "map entry demo.v1.M.Entry as proto3: the entry of its field is named AEntry",
  },
  {
    what: "a map that is not repeated",
    file: withEntry(mapEntry("AEntry", "string", "string"), field("a", 1, ".demo.v1.M.AEntry")),
    error: "its field a is not a repeated message field",
  },
  {
    what: "a map entry with more fields",
    file: withEntry({ ...mapEntry("AEntry", "string", "string"), reservedName: ["x"] }, mapField),
    error: "it holds more than the plain fields key = 1 and value = 2",
  },
  {
    what: "a map entry with options",
    file: withEntry(
      { ...mapEntry("AEntry", "string", "string"), options: { mapEntry: true, deprecated: true } },
      mapField,
    ),
    error: "it holds more than the plain fields",
  },
  {
    what: "a map entry whose value has options",
    file: withEntry(
      {
        ...mapEntry("AEntry", "string", "string"),
        field: [
          field("key", 1, "string"),
          field("value", 2, "string", { options: { deprecated: true } }),
        ],
      },
      mapField,
    ),
    error: "it holds more than the plain fields",
  },
  {
    what: "a map in a oneof",
    file: message({
      field: [repeated("a", 1, ".demo.v1.M.AEntry", { oneofIndex: 0 })],
      nestedType: [mapEntry("AEntry", "string", "string")],
      oneofDecl: [{ name: "o" }],
    }),
    error: "field demo.v1.M.a as proto3: a map cannot be optional or in a oneof",
  },
  {
    what: "a map entry beside the messages of a file",
    file: { messageType: [mapEntry("AEntry", "string", "string")] },
    error: "message demo.v1.AEntry as proto3: map_entry is not an option one may write",
  },

  {
    what: "a comment on what is made up",
    file: comment([4, 0, 3, 0]),
    error:
      "file demo/v1/demo.proto as proto3: nothing is printed for the comment at message_type[0].nested_type[0]",
  },
  {
    what: "a comment on part of a statement",
    file: comment([4, 0, 2, 0, 1]),
    error: "nothing is printed for the comment at message_type[0].field[0].name",
  },
  {
    what: "a comment on what is not there",
    file: comment([6, 3, 99]),
    error: "nothing is printed for the comment at service[3].99",
  },
  {
    what: "a comment on the whole file",
    file: comment([]),
    error: "nothing is printed for the comment at the whole file",
  },
];

describe("printProto refuses", () => {
  it.each(cases)("$what", ({ file, error }) => {
    expect(() => printProto(protoFile(file))).toThrow(error);
    expect(() => printProto(protoFile(file))).toThrow(/^Cannot print /);
  });

  it("nothing for the sake of source info that is not a comment", () => {
    const file: FileDescriptorProto = protoFile({
      sourceCodeInfo: { location: [{ path: [4, 0, 2, 0, 1], span: [0, 0, 0] }] },
    });
    expect(printProto(file)).toContain("package demo.v1;\n");
  });
});

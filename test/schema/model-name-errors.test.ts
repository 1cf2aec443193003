import { StringValueSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { describe, test } from "vitest";
import { enumType, map } from "../../src/index.js";
import { type AnyClass, shapes } from "../decorators/define-class.js";
import { compile } from "./compiling.js";
import { Definer, describeMistakes, type Mistake, oneField } from "./definer.js";

const Color = enumType("Color", { Unspecified: 0, Red: 1 });
const invalidNames: readonly Mistake[] = [
  {
    title: "the name of a message",
    code: "name_invalid",
    says: ['class Größe would be message "Größe"', "@message({ name:"],
    services: (d) => [d.answering(d.message("Größe"))],
  },
  {
    title: "a message without a name",
    code: "name_invalid",
    says: ["class (anonymous)", "@message({ name:"],
    services: (d) => [d.answering(d.message(""))],
  },
  {
    title: "the name given to a message",
    code: "name_invalid",
    says: ["class Reading", '"a b"'],
    services: (d) => [d.withFields({}, { name: "a b" })],
  },
  {
    title: "the package given to a message",
    code: "name_invalid",
    says: ["class Reading", '"demo..v1"', "@message({ package:"],
    services: (d) => [d.withFields({}, { package: "demo..v1" })],
  },
  {
    title: "the name of a property",
    code: "name_invalid",
    says: ['Reading.größe would be field "größe"', "@field(1, …, { name:"],
    services: (d) => [d.withFields({ größe: [1, "string"] })],
  },
  oneField("the name given to a field", "name_invalid", ["Reading.at", '"1st"'], "string", {
    name: "1st",
  }),
  oneField(
    "the name of a oneof",
    "name_invalid",
    ["Reading.at is in oneof", '"2nd"', "oneof:"],
    "string",
    { oneof: "2nd" },
  ),
  oneField(
    "the name of an enum",
    "name_invalid",
    ["Reading.at", '"my color"', "enumType("],
    enumType("my color", { None: 0 }),
  ),
  oneField(
    "the package of an enum",
    "name_invalid",
    ["enum Level", '"1.v1"', "package:"],
    enumType("Level", { None: 0 }, { package: "1.v1" }),
  ),
  oneField(
    "the name of an enum value",
    "name_invalid",
    ["Level.größe", '"LEVEL_GRÖSSE"'],
    enumType("Level", { größe: 0 }),
  ),
  {
    title: "the name of a service class",
    code: "name_invalid",
    says: ['Café would be service "CaféService"', "@service({ name:"],
    services: (d) => [d.answering("string", "Café")],
  },
  {
    title: "the name given to a service",
    code: "name_invalid",
    says: ["Demo", '"demo service"'],
    services: (d) => [d.answering("string", "Demo", { name: "demo service" })],
  },
  {
    title: "the package given to a service",
    code: "name_invalid",
    says: ["Demo", '"demo-v1"', "@service({ package:"],
    services: (d) => [d.answering("string", "Demo", { package: "demo-v1" })],
  },
  {
    title: "the name of a method",
    code: "name_invalid",
    says: ["Demo.$get", '"$get"', "@action({ name:"],
    services: (d) => [new (d.service("Demo", { $get: {} }))()],
  },
  {
    title: "the name given to a stream",
    code: "name_invalid",
    says: ["Demo.get", '"get it"', "@stream({ name:"],
    services: (d) => [
      new (d.service("Demo", { get: { stream: { payload: "string", name: "get it" } } }))(),
    ],
  },
];

const duplicateNames: readonly Mistake[] = [
  {
    title: "two messages of one name in a package",
    code: "name_duplicate",
    says: ["demo.v1.Point", "class A", "class B", "@message({ name:"],
    services: (d) => [
      d.withFields({
        a: [1, d.message("A", {}, { name: "Point" })],
        b: [2, d.message("B", {}, { name: "Point" })],
      }),
    ],
  },
  {
    title: "a message and an enum of one name",
    code: "name_duplicate",
    says: ["demo.v1.Color", "class Color", "an enumType()"],
    services: (d) => [d.withFields({ a: [1, d.message("Color")], b: [2, Color] })],
  },
  {
    title: "two enums of one name",
    code: "name_duplicate",
    says: ["demo.v1.Color"],
    services: (d) => [d.withFields({ a: [1, Color], b: [2, enumType("Color", { None: 0 })] })],
  },
  {
    title: "a value of an enum and a message",
    code: "name_duplicate",
    says: ["demo.v1.COLOR_RED", "class COLOR_RED", "a value of enum Color"],
    services: (d) => [d.withFields({ a: [1, Color], b: [2, d.message("COLOR_RED")] })],
  },
  {
    title: "two values of an enum",
    code: "name_duplicate",
    says: ["demo.v1.LEVEL_LOW"],
    services: (d) => [d.withFields({ a: [1, enumType("Level", { None: 0, low: 1, Low: 2 })] })],
  },
  {
    title: "two values of an enum that only differ in underscores",
    code: "name_duplicate",
    says: ["LEVEL_L1 and LEVEL_L_1 of enum Level", "Rename"],
    services: (d) => [d.withFields({ a: [1, enumType("Level", { None: 0, L1: 1, L_1: 2 })] })],
  },
  {
    title: "a service and a message",
    code: "name_duplicate",
    says: ["demo.v1.DemoService", "service of class Demo", "class DemoService"],
    services: (d) => [d.answering(d.message("DemoService"))],
  },
  {
    title: "the messages made for two RPCs of one name",
    code: "name_duplicate",
    says: [
      "demo.v1.GetResponse",
      "the response of A.get",
      "the response of B.get",
      "@action({ name:",
    ],
    services: (d) => [d.answering("string", "A"), d.answering("string", "B")],
  },
  {
    title: "the message made for an RPC and a class",
    code: "name_duplicate",
    says: ["demo.v1.GetResponse", "the response of A.get", "class GetResponse"],
    services: (d) => [d.answering("string", "A"), d.answering(d.message("GetResponse"), "B")],
  },
  {
    title: "a oneof and a field",
    code: "name_duplicate",
    says: ["demo.v1.Reading.at_time", "Reading.atTime", "oneof at_time of Reading"],
    services: (d) => [
      d.withFields({ atTime: [1, "string"], on: [2, "string", { oneof: "atTime" }] }),
    ],
  },
  {
    title: "the entry of a map and a message within",
    code: "name_duplicate",
    says: ["demo.v1.Reading.AtEntry", "the map entry of Reading.at", "class AtEntry"],
    services: (d) => {
      const Reading: AnyClass = d.message("Reading", {
        at: [1, map("string", "string")],
        on: [2, () => AtEntry],
      });
      const AtEntry = d.message("AtEntry", {}, { within: () => Reading });
      return [d.answering(Reading)];
    },
  },
  {
    title: "a message and a package",
    code: "name_duplicate",
    says: ["demo.v1", "package demo.v1", "class v1"],
    services: (d) => [
      d.answering("string"),
      d.answering(d.message("v1"), "Other", { package: "demo" }),
    ],
  },
  {
    title: "a message and one of a generated file of the package",
    code: "name_duplicate",
    says: ["google.protobuf.StringValue", "google/protobuf/wrappers.proto", "class StringValue"],
    services: (d) => [
      d.answering(
        d.message("Reading", {
          a: [1, StringValueSchema],
          b: [2, d.message("StringValue", {}, { package: "google.protobuf" })],
        }),
      ),
    ],
  },
  {
    title: "a package whose file generated code imports",
    code: "name_duplicate",
    says: ["other/v1/other.proto", "@service({ package"],
    services: (d) => {
      const Imported = d.message("Imported", {}, { package: "other.v1" });
      const Importing = d.message("Importing", { a: [1, Imported] }, { package: "first.v1" });
      const generated = compile(d.answering(Importing)).registry.message("first.v1.Importing");
      return [d.answering(generated, "Demo", { package: "other.v1" })];
    },
  },
  {
    title: "a package whose file is that of generated code",
    code: "name_duplicate",
    says: ["google/protobuf/protobuf.proto"],
    services: (d) => {
      const generated = compile(d.answering("string", "Other", { package: "google.protobuf" }));
      const desc = generated.registry.message("google.protobuf.GetResponse");
      return [d.answering(desc, "Demo", { package: "google.protobuf" })];
    },
  },
];

const otherDuplicates: readonly Mistake[] = [
  {
    title: "two fields of one name in proto",
    code: "field_name_duplicate",
    says: ["demo.v1.Reading.at_ms", "Reading.atMs", "Reading.at_ms", "{ name:"],
    services: (d) => [d.withFields({ atMs: [1, "string"], at_ms: [2, "string"] })],
  },
  {
    title: "two fields of one name in JSON",
    code: "field_name_duplicate",
    says: ["a1 (JSON name)", "Reading.a1", "Reading.a_1"],
    services: (d) => [d.withFields({ a1: [1, "string"], a_1: [2, "string"] })],
  },
  {
    title: "two RPCs of one name",
    code: "rpc_duplicate",
    says: ["demo.v1.DemoService.Get", "method get()", "method fetch()", '{ name: "RpcName" }'],
    services: (d) => [new (d.service("Demo", { get: {}, fetch: { name: "Get" } }))()],
  },
  {
    title: "an action and a stream of one name",
    code: "rpc_duplicate",
    says: ["demo.v1.DemoService.Get"],
    services: (d) => [
      new (d.service("Demo", { get: {}, fetch: { stream: { name: "Get", payload: "string" } } }))(),
    ],
  },
  {
    title: "a service passed twice",
    code: "service_duplicate",
    says: ["demo.v1.DemoService", "class Demo", "one instance"],
    services: (d) => {
      const demo = d.answering("string");
      return [demo, demo];
    },
  },
  {
    title: "two instances of a service",
    code: "service_duplicate",
    says: ["demo.v1.DemoService", "one instance"],
    services: (d) => {
      const Demo = d.service("Demo", { get: {} });
      return [new Demo(), new Demo()];
    },
  },
  {
    title: "two classes of one service name",
    code: "service_duplicate",
    says: ["demo.v1.DemoService", "class Demo", "class DemoService"],
    services: (d) => [
      new (d.service("Demo", { get: {} }))(),
      new (d.service("DemoService", { fetch: {} }))(),
    ],
  },
];

describeMistakes({
  "a name that proto does not allow": invalidNames,
  "a name that is declared twice": duplicateNames,
  "other duplicates": otherDuplicates,
});

describe.each(shapes)("with %s decorators", (shape) => {
  test("names that only look alike are fine", () => {
    const d = new Definer(shape);
    const Inner: AnyClass = d.message("Inner", {}, { within: () => Outer });
    const Outer: AnyClass = d.message(
      "Outer",
      {
        inner: [1, Inner],
        title: [2, "string", { name: "headline" }],
        // Proto may not use the name `title` again; a property may.
        level: [3, enumType("Level", { None: 0, Nil: 0, L1: 1, L_1: 1 })],
      },
      { reserved: ["title"] },
    );
    compile(
      new (d.service("A", { get: { response: Outer } }))(),
      // Another Inner, in another scope; another GetRequest, in another package.
      new (d.service(
        "B",
        {
          get: { response: d.message("Inner", { at: [1, TimestampSchema] }) },
          put: { request: "string" },
        },
        { package: "other.v1" },
      ))(),
      new (d.service("C", { put: { request: "string" } }))(),
    );
  });
});

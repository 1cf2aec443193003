import { describe, expect, test } from "vitest";
import { enumType, map, repeated } from "../../src/index.js";
import { type AnyClass, defineClass, shapes } from "../decorators/define-class.js";
import { raised } from "../decorators/raised.js";
import { compile } from "./compiling.js";
import { Definer, describeMistakes, type Mistake, oneField } from "./definer.js";

const notDefinedYet = () => {
  throw new ReferenceError("Cannot access 'Later' before initialization");
};
const endless = () => endless;

const unsupportedTypes: readonly Mistake[] = [
  oneField(
    "a type that proto3 does not have",
    "type_unsupported",
    ["Reading.at is integer", '"int32"'],
    "integer",
  ),
  oneField(
    "a class that is no message",
    "type_unsupported",
    ["Reading.at is class URL", "@message()"],
    URL,
  ),
  oneField(
    "a TypeScript enum as it is",
    "type_unsupported",
    ["Reading.at is an object", "enumType("],
    { Red: 1 },
  ),
  oneField(
    "a list of lists",
    "type_unsupported",
    ["Reading.at is repeated", "wrap the inner one in a message"],
    repeated(repeated("int32") as never),
  ),
  oneField(
    "a map of lists",
    "type_unsupported",
    ["Reading.at is repeated"],
    map("string", repeated("int32") as never),
  ),
  oneField(
    "a map of maps",
    "type_unsupported",
    ["Reading.at is map"],
    map("string", map("string", "string") as never),
  ),
  ...["double", "float", "bytes", "Color"].map((key) =>
    oneField(
      `${key} as the key of a map`,
      "type_unsupported",
      [`Reading.at is ${key}`, "map keys are integers, bool or string"],
      map(key as never, "string"),
    ),
  ),
  oneField(
    "a thunk of nothing",
    "type_unsupported",
    ["Reading.at is undefined", "() => Type"],
    () => undefined,
  ),
  oneField(
    "a list of nothing",
    "type_unsupported",
    ["Reading.at is undefined", "() => Type"],
    repeated(undefined as never),
  ),
  oneField("a thunk of null", "type_unsupported", ["Reading.at is null"], () => null),
  oneField(
    "a thunk that leads to itself",
    "type_unsupported",
    ["Reading.at", "never end"],
    endless,
  ),
  {
    title: "a subclass of a message which is none itself",
    code: "type_unsupported",
    says: ["Reading.at is class Sub", "@message()"],
    services: (d) => {
      const Sub = defineClass(d.shape, {
        name: "Sub",
        base: d.message("Base", { a: [1, "string"] }),
      });
      return [d.withFields({ at: [1, Sub] })];
    },
  },
  {
    title: "a response that is undefined when its decorator runs",
    code: "type_unsupported",
    says: ["the response of Demo.get is undefined", "() => Type"],
    services: (d) => [d.answering(undefined)],
  },
  {
    title: "a request that is undefined when its decorator runs",
    code: "type_unsupported",
    says: ["the request of Demo.get is undefined"],
    services: (d) => [new (d.service("Demo", { get: { request: undefined as never } }))()],
  },
  {
    title: "a request of a stream that is undefined when its decorator runs",
    code: "type_unsupported",
    says: ["the request of Demo.get is undefined"],
    services: (d) => [
      new (d.service("Demo", {
        get: { stream: { payload: "string", request: undefined as never } },
      }))(),
    ],
  },
  {
    title: "a message within something else",
    code: "type_unsupported",
    says: ["Reading is declared within", "within: () => Outer"],
    services: (d) => [d.withFields({}, { within: () => URL as never })],
  },
  {
    title: "a message within itself",
    code: "type_unsupported",
    says: ["Reading is declared within"],
    services: (d) => {
      const Reading: AnyClass = d.message("Reading", {}, { within: () => Reading });
      return [d.answering(Reading)];
    },
  },
  {
    title: "messages within each other",
    code: "type_unsupported",
    says: ["is declared within"],
    services: (d) => {
      const A: AnyClass = d.message("A", {}, { within: () => B });
      const B: AnyClass = d.message("B", {}, { within: () => A });
      return [d.answering(A)];
    },
  },
  {
    title: "a message within others that are within each other",
    code: "type_unsupported",
    says: ["C is declared within"],
    services: (d) => {
      const A: AnyClass = d.message("A", {}, { within: () => B });
      const B: AnyClass = d.message("B", {}, { within: () => A });
      return [d.answering(d.message("C", {}, { within: () => A }))];
    },
  },
];

const unresolvedTypes: readonly Mistake[] = [
  oneField(
    "the thunk of a field that throws",
    "type_unresolved",
    ["The type of Reading.at", "finalize"],
    notDefinedYet,
  ),
  oneField(
    "the thunk of a list that throws",
    "type_unresolved",
    ["The type of Reading.at"],
    repeated(notDefinedYet),
  ),
  {
    title: "the thunk of a response that throws",
    code: "type_unresolved",
    says: ["the response of Demo.get"],
    services: (d) => [d.answering(notDefinedYet)],
  },
  {
    title: "the thunk of `within` that throws",
    code: "type_unresolved",
    says: ["Reading is declared within"],
    services: (d) => [d.withFields({}, { within: notDefinedYet })],
  },
];

const enumMistakes: readonly Mistake[] = [
  oneField(
    "an enum without 0",
    "enum_invalid",
    ["Level", "`Unspecified: 0`"],
    enumType("Level", { Low: 1 }),
  ),
  oneField(
    "an enum of texts",
    "enum_invalid",
    ['Level.Low is "low"', "Low: 1"],
    enumType("Level", { Low: "low" }) as never,
  ),
  oneField(
    "an enum value that is no integer",
    "enum_invalid",
    ["Level.Low is 0.5"],
    enumType("Level", { None: 0, Low: 0.5 }),
  ),
  oneField(
    "an enum value out of range",
    "enum_invalid",
    ["Level.Low is 2147483648"],
    enumType("Level", { None: 0, Low: 2 ** 31 }),
  ),
  oneField(
    "an enum value below the range",
    "enum_invalid",
    ["Level.Low is -2147483649"],
    enumType("Level", { None: 0, Low: -(2 ** 31) - 1 }),
  ),
  oneField(
    "a reserved enum value",
    "enum_invalid",
    ["Level.Low uses number 7"],
    enumType("Level", { None: 0, Low: 7 }, { reserved: [[5, 9]] }),
  ),
  oneField(
    "a reserved enum value name",
    "enum_invalid",
    ['Level.Low uses number 7 and name "LEVEL_LOW"'],
    enumType("Level", { None: 0, Low: 7 }, { reserved: ["LEVEL_LOW"] }),
  ),
];

describeMistakes({
  "a type that cannot be": unsupportedTypes,
  "a type that is not there yet": unresolvedTypes,
  "an enum that cannot be": enumMistakes,
});

describe.each(shapes)("with %s decorators", (shape) => {
  test("the error a thunk threw is the cause", async () => {
    const error = await raised(() =>
      compile(new Definer(shape).withFields({ at: [1, notDefinedYet] })),
    );
    expect(error.cause).toBeInstanceOf(ReferenceError);
  });

  test("thunks may lead to thunks, as long as they end somewhere", () => {
    const type = Array.from({ length: 10 }).reduce<() => unknown>(
      (inner) => () => inner,
      () => "string",
    );
    compile(new Definer(shape).withFields({ at: [1, type] }));
  });
});

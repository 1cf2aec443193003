import { describe, expect, test } from "vitest";
import type { Reserved } from "../../src/decorators/reserved.js";
import {
  action,
  enumType,
  field,
  type MessageOptions,
  message,
  service,
  stream,
} from "../../src/index.js";
import { type AnyDecorator, defineClass, type Shape, shapes } from "./define-class.js";
import { type Expected, expectRaised, raised } from "./raised.js";

/** A message class `Reading` with the given fields. */
function define(
  shape: Shape,
  fields: Record<string, AnyDecorator>,
  options: MessageOptions = {},
): void {
  defineClass(shape, {
    name: "Reading",
    fields: Object.entries(fields),
    decorators: [message(options)],
  });
}

interface Mistake extends Expected {
  readonly title: string;
  readonly define: (shape: Shape) => void;
}

const mistakes: readonly Mistake[] = [
  ...[0, -1, 1.5, Number.NaN, 19_000, 19_999, 536_870_912].map((number) => ({
    title: `field number ${number}`,
    code: "field_number_invalid" as const,
    says: ["Reading.at", `number ${number}`, "1 to 536870911", "@field(n, …)"],
    define: (shape: Shape) => define(shape, { at: field(number, "string") }),
  })),
  {
    title: "two fields of one number",
    code: "field_number_duplicate",
    says: ["Reading.b and Reading.a both have number 4", "@field(8, …)"],
    define: (shape) =>
      define(shape, {
        a: field(4, "string"),
        c: field(7, "string"),
        b: field(4, "string"),
      }),
  },
  {
    title: "two fields of one number, where the next ones are reserved",
    code: "field_number_duplicate",
    says: ["@field(20000, …)"],
    define: (shape) =>
      define(
        shape,
        { a: field(18_900, "string"), b: field(18_900, "string") },
        { reserved: [[18_901, 18_999]] },
      ),
  },
  {
    title: "two fields of one number, with no higher one left",
    code: "field_number_duplicate",
    says: ["@field(n, …)"],
    define: (shape) =>
      define(shape, { a: field(536_870_911, "string"), b: field(536_870_911, "string") }),
  },
  {
    title: "a reserved number",
    code: "field_reserved",
    says: ["Reading.at uses number 3", "@field(n, …)"],
    define: (shape) => define(shape, { at: field(3, "string") }, { reserved: [3] }),
  },
  ...[10, 15, 19].map((number) => ({
    title: `number ${number} of a reserved range`,
    code: "field_reserved" as const,
    says: [`Reading.at uses number ${number}`],
    define: (shape: Shape) =>
      define(shape, { at: field(number, "string") }, { reserved: ["x", [10, 19]] }),
  })),
  ...(
    [
      [[0], "0"],
      [[1.5], "1.5"],
      [[19_500], "19500"],
      [[[20, 10]], "20 to 10"],
      [[[1, 536_870_912]], "1 to 536870912"],
    ] as const
  ).map(([reserved, text]) => ({
    title: `${text} among reserved numbers`,
    code: "reserved_invalid" as const,
    says: [`Reading reserves ${text}`, "1 to 536870911", "reserved: ["],
    define: (shape: Shape) => define(shape, {}, { reserved: reserved as never }),
  })),
  {
    title: "a number reserved twice",
    code: "reserved_invalid",
    says: ["Reading reserves 12", "in 10 to 19 already"],
    define: (shape) => define(shape, {}, { reserved: [[10, 19], 12] }),
  },
  {
    title: "a name reserved twice",
    code: "reserved_invalid",
    says: ['Reading reserves "old"', "twice"],
    define: (shape) => define(shape, {}, { reserved: ["old", "old"] }),
  },
  {
    title: "a reserved name that cannot be one",
    code: "reserved_invalid",
    says: ['Reading reserves "old-name"', "no proto identifier"],
    define: (shape) => define(shape, {}, { reserved: ["old-name"] }),
  },
  {
    title: "a field without a type",
    code: "field_type_missing",
    says: [
      "Reading.at has no type",
      "esbuild, tsx and vite 7",
      "standard decorators",
      '@field(1, "string")',
      '@field(1, repeated("int32"))',
      "@field(1, () => SomeMessage)",
    ],
    define: (shape) => define(shape, { at: field(1) }),
  },
  {
    title: "a field without a type but with options",
    code: "field_type_missing",
    says: ["Reading.at has no type", "the decorator names none"],
    define: (shape) => define(shape, { at: field(1, undefined, { doc: "When." }) }),
  },
  {
    title: "a type which is undefined when the decorator runs",
    code: "field_type_missing",
    says: ["Reading.at has no type", "imported in a circle", "() => SomeMessage"],
    define: (shape) => define(shape, { at: field(1, undefined) }),
  },
  ...["toString", "constructor", "__proto__"].map((property) => ({
    title: `a property named ${property}`,
    code: "member_unsupported" as const,
    says: [property, "every object inherits", "@field(1, …, { name:"],
    define: (shape: Shape) => {
      // Not as a key of an object literal, where `__proto__` means something else.
      defineClass(shape, { name: "Reading", fields: [[property, field(1, "string")]] });
    },
  })),
  {
    title: "optional and a oneof",
    code: "field_options_conflict",
    says: ['Reading.at is both optional and in oneof "when"', "Remove `optional: true`"],
    define: (shape) => define(shape, { at: field(1, "string", { optional: true, oneof: "when" }) }),
  },
  {
    title: "a constructor that needs arguments",
    code: "message_constructor",
    says: ["Point", "new Point()", "default values"],
    define: () => {
      class Point {
        constructor(readonly x: number) {}
      }
      // biome-ignore lint/suspicious/noExplicitAny: the compiler refuses this
      message()(Point as any);
    },
  },
  ...(["message", "service"] as const).map((decorator) => ({
    title: `@${decorator} without parentheses`,
    code: "member_unsupported" as const,
    says: ["class Point", `Write @${decorator}()`],
    define: () => {
      ({ message, service })[decorator](class Point {} as never);
    },
  })),
];

describe.each(shapes)("in the %s call shape, defining a class is refused for", (shape) => {
  test.each(mistakes)("$title", async (mistake) => {
    await expectRaised(() => mistake.define(shape), mistake);
  });

  test.each([
    ["@field() on a method", field(1, "string"), "field()", '@field(1, "string") load!: string'],
    ["@field() on an accessor", field(1, "string"), "field()", '@field(1, "string") load!: string'],
    ["@action() on a property", action(), "action()", "async load(…)"],
    ["@action() on an accessor", action(), "action()", "async load(…)"],
    ["@stream() on a property", stream({ payload: "string" }), "stream()", "async load(…)"],
  ] as [string, AnyDecorator, string, string][])("%s", async (title, decorate, ...says) => {
    const kind = title.split(" ").at(-1);
    const member = shape === "legacy" ? "Robot.load" : '"load"';
    await expectRaised(() => decorateMember(shape, decorate, kind as never), {
      code: "member_unsupported",
      says: [member, ...says],
    });
  });

  test.each([
    ["a static member", "static"],
    ["a private member", "private"],
    ["a member named by a symbol", "symbol"],
  ] as const)("a decorator on %s", async (_, kind) => {
    if (shape === "legacy" && kind === "private") return; // The compiler refuses it (TS1206).
    for (const [name, decorate] of Object.entries({
      field: field(1, "string"),
      action: action(),
      stream: stream({ payload: "string" }),
    })) {
      await expectRaised(() => decorateMember(shape, decorate as never, kind), {
        code: "member_unsupported",
        says: [`@${name}()`, kind, "public instance member"],
      });
    }
  });

  test("two decorators on one method", async () => {
    const define = () =>
      defineClass(shape, {
        name: "Robot",
        methods: [
          ["load", action(), async () => 1],
          ["load", stream({ payload: "double" }), async () => 1],
        ],
      });
    const member = shape === "legacy" ? "Robot.load" : '"load"';
    await expectRaised(define, { code: "member_unsupported", says: [member, "decorated twice"] });
  });

  test("two decorators on one property", async () => {
    const define = () =>
      defineClass(shape, {
        name: "Reading",
        fields: [
          ["at", field(1, "string")],
          ["at", field(2, "string")],
        ],
      });
    const member = shape === "legacy" ? "Reading.at" : '"at"';
    await expectRaised(define, { code: "member_unsupported", says: [member, "decorated twice"] });
  });
});

test.each([
  [Array, '"Array"'],
  [Object, '"Object"'],
  [Map, '"Map"'],
  [{ Red: 1 }, '"object"'],
  [class Undecorated {}, '"Undecorated"'],
])("metadata that does not tell a type is named in the error: %o", async (designType, seen) => {
  const define = () =>
    defineClass("legacy", {
      name: "Reading",
      fields: [["at", field(1)]],
      designTypes: { at: designType },
      decorators: [message()],
    });
  const error = await raised(define);
  expect(error.code).toBe("field_type_missing");
  expect(error.message).toContain(`Reading.at has no type: the decorator names none and the`);
  expect(error.message).toContain(`only recorded ${seen}`);
  expect(error.message).not.toContain("esbuild");
});

test("standard decorators without metadata are refused with what to do", async () => {
  const context = { kind: "field", name: "at", static: false, private: false };
  await expectRaised(() => field(1, "string")(undefined, context as never), {
    code: "decorator_metadata_missing",
    says: ["TypeScript 5.2", '"experimentalDecorators": true'],
  });
});

test.each([
  [[2 ** 31], "2147483648", "of 32 bits"],
  [[[3, 1]], "3 to 1", "the lower end first"],
  [[1.5], "1.5", "integers"],
  [[1, [0, 5]], "0 to 5", "in 1 already"],
  [["COLOR-RED"], '"COLOR-RED"', "no proto identifier"],
] as [Reserved, string, string][])(
  "an enum cannot reserve %o",
  async (reserved: Reserved, ...says: string[]) => {
    await expectRaised(() => enumType("Color", { Unspecified: 0 }, { reserved }), {
      code: "reserved_invalid",
      says: ["Color reserves", ...says],
    });
  },
);

test("what enums may reserve and messages may not", () => {
  enumType("Color", { Unspecified: 0 }, { reserved: [-1, 19_000, [2 ** 31 - 2, 2 ** 31 - 1]] });
});

test("the highest and lowest numbers are fine, and so are those around protobuf's own", () => {
  for (const shape of shapes) {
    const numbers = [1, 18_999, 20_000, 536_870_911];
    define(shape, Object.fromEntries(numbers.map((n) => [`f${n}`, field(n, "string")])), {
      reserved: [2, [18_000, 18_998], [20_001, 20_002], 536_870_910, "old"],
    });
  }
});

/** Calls a member decorator as a compiler does for a member of that kind, named `load`. */
function decorateMember(
  shape: Shape,
  decorate: (target: unknown, context: unknown, descriptor?: unknown) => unknown,
  kind: "method" | "accessor" | "property" | "static" | "private" | "symbol",
): void {
  class Robot {}
  const body = () => {};
  if (shape === "legacy") {
    const target = kind === "static" ? Robot : Robot.prototype;
    const name = kind === "symbol" ? Symbol("load") : "load";
    const descriptor =
      kind === "property" ? undefined : kind === "accessor" ? { get: body } : { value: body };
    decorate(target, name, descriptor);
    return;
  }
  decorate(kind === "property" ? undefined : body, {
    kind: { accessor: "getter", property: "field" }[kind as string] ?? "method",
    name: kind === "symbol" ? Symbol("load") : "load",
    static: kind === "static",
    private: kind === "private",
    metadata: {},
  });
}

import { action, enumType, map, repeated, service } from "../../src/index.js";
import { type AnyClass, defineClass } from "../decorators/define-class.js";
import { describeMistakes, type Mistake, oneField } from "./definer.js";

const Color = enumType("Color", { Unspecified: 0, Red: 1 });
const invalidServices: readonly Mistake[] = [
  {
    title: "a class in place of an instance",
    code: "service_invalid",
    says: ["services: [new Demo()]"],
    services: (d) => [d.service("Demo", { get: {} })],
  },
  {
    title: "an instance of a class that is no service",
    code: "service_invalid",
    says: ["URL is not a service", "@service()"],
    services: () => [new URL("http://a.b")],
  },
  {
    title: "nothing",
    code: "service_invalid",
    says: ["undefined is not one"],
    services: () => [undefined],
  },
  {
    title: "null",
    code: "service_invalid",
    says: ["null is not one", "@service()"],
    services: () => [null],
  },
  {
    title: "an object without a class",
    code: "service_invalid",
    says: ["an object without such a class is not one"],
    services: () => [Object.create(null)],
  },
  {
    title: "a service without RPCs",
    code: "service_invalid",
    says: ["Demo has no RPCs", "@action(", "@stream("],
    services: (d) => [new (d.service("Demo", {}))()],
  },
  {
    title: "a subclass of a service which is none itself",
    code: "service_invalid",
    says: ["Sub is not a service", "class Sub"],
    services: (d) => [
      new (defineClass(d.shape, { name: "Sub", base: d.service("Demo", { get: {} }) }))(),
    ],
  },
];

const invalidMethods: readonly Mistake[] = [
  {
    title: "a parameter without a request",
    code: "request_type_missing",
    says: ["Demo.get", "@action({ request:", "EmptySchema"],
    services: (d) => [
      new (defineClass(d.shape, {
        name: "Demo",
        methods: [["get", action(), (_: never) => {}]],
        decorators: [service()],
      }))(),
    ],
  },
  {
    title: "a stream without a payload",
    code: "stream_invalid",
    says: ["Demo.get has no payload", "@stream({ payload:"],
    services: (d) => [new (d.service("Demo", { get: { stream: {} } }))()],
  },
  {
    title: "a keyed stream without a request",
    code: "stream_invalid",
    says: ["Demo.get has a key but no request", "@stream({ request:"],
    services: (d) => [
      new (d.service("Demo", { get: { stream: { payload: "string", key: () => "" } } }))(),
    ],
  },
  {
    title: "a stream overridden by a method that is none",
    code: "stream_invalid",
    says: ["Sub.get overrides a stream", "@stream({ … })"],
    services: (d) => {
      const Demo = d.service("Demo", { get: { stream: { payload: "string" } } });
      return [
        new (defineClass(d.shape, {
          name: "Sub",
          base: Demo,
          methods: [["get", undefined, async () => "x"]],
          decorators: [service()],
        }))(),
      ];
    },
  },
  ...(["optional", "oneof"] as const).flatMap((option) =>
    (
      [
        ["repeated", repeated("string")],
        ["map", map("string", "string")],
      ] as const
    ).map(
      ([kind, type]): Mistake =>
        oneField(
          `${kind} and ${option}`,
          "field_options_conflict",
          [`Reading.at is ${kind}`, "Remove the option"],
          type,
          option === "optional" ? { optional: true } : { oneof: "when" },
        ),
    ),
  ),
  oneField(
    "a thunk of a list that is optional",
    "field_options_conflict",
    ["Reading.at is repeated"],
    () => repeated("string"),
    { optional: true },
  ),
  {
    title: "a field of a reserved name",
    code: "field_reserved",
    says: ['Reading.oldName uses the name "old_name"', "@field(1, …, { name:"],
    services: (d) => [d.withFields({ oldName: [1, "string"] }, { reserved: ["old_name"] })],
  },
  {
    title: "a field given a reserved name",
    code: "field_reserved",
    says: ['Reading.at uses the name "old"'],
    services: (d) => [d.withFields({ at: [1, "string", { name: "old" }] }, { reserved: ["old"] })],
  },
];

const packageMistakes: readonly Mistake[] = [
  {
    title: "a message used in two packages",
    code: "package_ambiguous",
    says: [
      "Reading is used in package a.v1",
      "the response of B.get",
      "in b.v1",
      'package: "a.v1"',
      "@message()",
    ],
    services: (d) => {
      const Reading = d.message("Reading", { at: [1, "string"] });
      return [
        d.answering(Reading, "A", { package: "a.v1" }),
        d.answering(Reading, "B", { package: "b.v1" }),
      ];
    },
  },
  {
    title: "an enum used in two packages",
    code: "package_ambiguous",
    says: ["Color is used in package a.v1", "In.color", "in b.v1", "enumType()"],
    services: (d) => [
      d.answering(Color, "A", { package: "a.v1" }),
      d.answering(d.message("In", { color: [1, Color] }), "B", { package: "b.v1" }),
    ],
  },
  {
    title: "a message in another one, used in two packages",
    code: "package_ambiguous",
    says: ["Inner is used in package a.v1", "options of Outer"],
    services: (d) => {
      const Outer = d.message("Outer");
      const Middle = d.message("Middle", {}, { within: () => Outer });
      const Inner = d.message("Inner", {}, { within: () => Middle });
      return [
        d.answering(Inner, "A", { package: "a.v1" }),
        d.answering(Inner, "B", { package: "b.v1" }),
      ];
    },
  },
  {
    title: "a message of another package than the one it is within",
    code: "package_ambiguous",
    says: ["Inner names package b.v1", "within Outer", "a.v1", "Remove `package`"],
    services: (d) => {
      const Outer = d.message("Outer", {}, { package: "a.v1" });
      return [d.answering(d.message("Inner", {}, { within: () => Outer, package: "b.v1" }))];
    },
  },
  {
    title: "packages that import each other",
    code: "package_cycle",
    says: ["a.v1 → b.v1 → c.v1 → a.v1", "@message({ package:"],
    services: (d) => {
      const A: AnyClass = d.message("A", { b: [1, () => B] }, { package: "a.v1" });
      const B: AnyClass = d.message("B", { c: [1, map("string", () => C)] }, { package: "b.v1" });
      const C: AnyClass = d.message("C", { a: [1, repeated(() => A)] }, { package: "c.v1" });
      return [d.answering(A, "Demo", { package: "a.v1" })];
    },
  },
  {
    title: "packages that import each other by an RPC and an enum",
    code: "package_cycle",
    says: ["Packages import each other", "a.v1", "b.v1"],
    services: (d) => {
      const Level = enumType("Level", { None: 0 }, { package: "a.v1" });
      const B = d.message("B", { level: [1, Level] }, { package: "b.v1" });
      return [d.answering(B, "Demo", { package: "a.v1" })];
    },
  },
];

describeMistakes({
  "something that is no service": invalidServices,
  "members that cannot be": invalidMethods,
  packages: packageMistakes,
});

import { expect, test } from "vitest";
import { action, field, message, service } from "../../src/index.js";
import { compile, protoOf } from "../schema/compiling.js";
import { defineClass } from "./define-class.js";
import { expectRaised } from "./raised.js";

const Reading = defineClass("legacy", {
  name: "Reading",
  fields: [["at", field(1, "string")]],
  decorators: [message()],
});

/** A service whose method `get` has this body, and parameters that the compiler says are these. */
function serviceOf(body: (...args: never[]) => unknown, paramTypes: readonly unknown[]): object {
  const decorate = (prototype: object, property: string, descriptor: unknown) => {
    Reflect.defineMetadata("design:paramtypes", paramTypes, prototype, property);
    (action() as (...args: unknown[]) => void)(prototype, property, descriptor);
  };
  const Demo = defineClass("legacy", {
    name: "Demo",
    methods: [["get", decorate, body]],
    decorators: [service()],
  });
  return new Demo();
}

test.each([
  ["a message class", Reading, "rpc Get(Reading)"],
  ["a Date", Date, "rpc Get(GetRequest)"],
  ["a String", String, "rpc Get(GetRequest)"],
])("the request is %s if that is the first parameter", (_, type, rpc) => {
  expect(protoOf(compile(serviceOf((_: never) => {}, [type, Object])))).toContain(rpc);
});

test("a parameter with a default value counts", () => {
  const body = (_ = new Reading()) => {};
  expect(body).toHaveLength(0);
  expect(protoOf(compile(serviceOf(body, [Reading])))).toContain("rpc Get(Reading)");
});

test.each([
  ["an interface", Object],
  ["a list", Array],
  ["a class that is no message", URL],
  ["a class imported as a type", Function],
])("a first parameter that is %s needs its type written down", async (_, type) => {
  await expectRaised(() => compile(serviceOf((_: never) => {}, [type])), {
    code: "request_type_missing",
    says: ["Demo.get", "@action({ request:"],
  });
});

test("a declared request is the one, whatever the metadata says", () => {
  const decorate = (prototype: object, property: string, descriptor: unknown) => {
    Reflect.defineMetadata("design:paramtypes", [String], prototype, property);
    (action({ request: Reading }) as (...args: unknown[]) => void)(prototype, property, descriptor);
  };
  const Demo = defineClass("legacy", {
    name: "Demo",
    methods: [["get", decorate, (_: never) => {}]],
    decorators: [service()],
  });
  expect(protoOf(compile(new Demo()))).toContain("rpc Get(Reading)");
});

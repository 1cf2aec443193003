import { describe, expect, it } from "vitest";
import { findMethod, parseMethodName } from "../../dist/cli/call/find-method.js";
import { servicesOfApp } from "../../dist/cli/services.js";
import { app } from "./fixtures/demo.js";

const { services } = servicesOfApp(app);
const find = (name: string) => {
  const method = findMethod(services, parseMethodName(name));
  return method && `${method.parent.typeName}/${method.name}`;
};

describe("the name of a method", () => {
  it.each([
    "demo.v1.DemoService/Ping",
    "/demo.v1.DemoService/Ping",
    "v1.DemoService/Ping",
    "DemoService/ping",
    "demoservice/PING",
    "Demo/Ping",
  ])("may be %s", (name) => {
    expect(find(name)).toBe("demo.v1.DemoService/Ping");
  });

  it("is taken as a full one first", () => {
    expect(find("demo.v2.OtherService/Noop")).toBe("demo.v2.OtherService/Noop");
    expect(find("v2.Other/noop")).toBe("demo.v2.OtherService/Noop");
  });

  it("must not mean two services, and must end in a method of the service", () => {
    expect(() => find("Other/noop")).toThrow(
      '"Other" may be demo.v1.OtherService or demo.v2.OtherService',
    );
    expect(() => find("Demo/Pong")).toThrow('demo.v1.DemoService has no method "Pong"');
    expect(() => parseMethodName("Demo")).toThrow('"Demo" is no method');
    expect(find("Service/Ping")).toBeUndefined();
    expect(find("emo/Ping")).toBeUndefined();
  });
});

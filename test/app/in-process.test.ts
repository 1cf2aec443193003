import { expect, test } from "vitest";
import { action } from "../../src/decorators/action.js";
import { service } from "../../src/decorators/service.js";
import { createTestRig } from "../../src/testing/test-rig.js";

@service()
class Hello {
  @action({ request: "string", response: "string" })
  greet(name: string) {
    return `hello ${name}`;
  }
}

test("an app that serves no Connect over the network is still called in process", async () => {
  await using rig = await createTestRig({ services: [new Hello()], options: { connect: false } });
  expect(await rig.client(Hello).greet("you")).toBe("hello you");
});

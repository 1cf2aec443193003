import type { DescService } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { action, field, message, service, stream } from "../../src/index.js";
import { createTestRig } from "../../src/testing/index.js";
import { compile } from "../schema/compiling.js";
import { type AnyClass, defineClass, shapes } from "./define-class.js";
import { expectRaised } from "./raised.js";

/** Descriptors as code generators make them, here made of decorated classes. */
function makeContract(): DescService {
  @message()
  class Text {
    @field(1, "string") text!: string;
  }
  @service({ name: "EchoService", package: "contract.v1" })
  class Origin {
    @action({ request: Text, response: Text })
    echo(text: Text) {
      return text;
    }
    @action({ request: Text, response: Text, stream: "both" })
    async *echoAll(texts: AsyncIterable<Text>) {
      yield* texts;
    }
    @action({ request: Text })
    forget(_: Text) {}
  }
  return compile(new Origin()).registry.service("contract.v1.EchoService");
}

const contract = makeContract();

interface Text {
  text: string;
}

const methods: Readonly<Record<string, (...args: never[]) => unknown>> = {
  echo: ({ text }: Text) => ({ text: `echo ${text}` }),
  async *echoAll(texts: AsyncIterable<Text>) {
    for await (const { text } of texts) yield { text: text.toUpperCase() };
  },
  forget: () => ({}),
};

describe.each(shapes)("a class that implements a contract with %s decorators", (shape) => {
  const define = (
    names: readonly string[],
    decorate: (name: string) => ReturnType<typeof action> = () => action(),
  ): AnyClass =>
    defineClass(shape, {
      name: "Echo",
      methods: names.map((name) => [name, decorate(name), methods[name] ?? (() => ({}))]),
      decorators: [service(contract)],
    });

  test("answers all of its methods, and nothing is emitted for it", async () => {
    const Echo = define(["forget", "echo", "echoAll"]);
    await using rig = await createTestRig({ services: [new Echo()] });
    const client = rig.client(contract) as never as {
      echo(text: object): Promise<Text>;
      echoAll(texts: AsyncIterable<object>): AsyncIterable<Text>;
      forget(text: object): Promise<object>;
    };
    expect((await client.echo({ text: "x" })).text).toBe("echo x");
    expect(await client.forget({})).toMatchObject({ $typeName: "google.protobuf.Empty" });
    const sent = (async function* () {
      yield { text: "a" };
      yield { text: "b" };
    })();
    const texts: string[] = [];
    for await (const { text } of client.echoAll(sent)) texts.push(text);
    expect(texts).toEqual(["A", "B"]);
    expect(rig.app.schema().protoFiles()).toEqual([]);
  });

  test("has to have all of its methods", async () => {
    await expectRaised(() => compile(new (define(["echo"]))()), {
      code: "contract_method_unbound",
      says: [
        "Echo implements contract.v1.EchoService",
        "@action() echoAll(…), @action() forget(…)",
      ],
    });
  });

  test("has to decorate them", async () => {
    const Echo = define(["echo", "echoAll"]);
    Echo.prototype.forget = () => ({});
    await expectRaised(() => compile(new Echo()), {
      code: "contract_method_unbound",
      says: ["@action() forget(…)"],
    });
  });

  test("may have no others", async () => {
    await expectRaised(() => compile(new (define(["echo", "echoAll", "forget", "shout"]))()), {
      code: "contract_method_unknown",
      says: [
        "Echo.shout is not an RPC of contract.v1.EchoService",
        "It has: echo, echoAll, forget.",
      ],
    });
  });

  test("names them as code generators do, not as the .proto file does", async () => {
    await expectRaised(() => compile(new (define(["Echo"]))()), {
      code: "contract_method_unknown",
      says: ["Echo.Echo is not an RPC", "echo, echoAll"],
    });
  });

  test("has actions, not streams", async () => {
    const Echo = define(["echo", "echoAll", "forget"], (name) =>
      name === "echoAll" ? (stream({ payload: "string" }) as never) : action(),
    );
    await expectRaised(() => compile(new Echo()), {
      code: "contract_method_unknown",
      says: ["Echo.echoAll implements a contract", "@action()"],
    });
  });

  test("is there once", async () => {
    const Echo = define(["echo", "echoAll", "forget"]);
    await expectRaised(() => compile(new Echo(), new Echo()), {
      code: "service_duplicate",
      says: ["contract.v1.EchoService", "a contract"],
    });
  });

  test("leaves its name to no other service", async () => {
    const Echo = define(["echo", "echoAll", "forget"]);
    const Other = defineClass(shape, {
      name: "EchoService",
      methods: [["ping", action(), () => {}]],
      decorators: [service({ package: "contract.v1" })],
    });
    // The file of the contract is there already, and would be overwritten.
    await expectRaised(() => compile(new Echo(), new Other()), {
      code: "name_duplicate",
      says: ["contract/v1/contract.proto", "@service({ package"],
    });
  });

  test("leaves the rest of its package to others, in another file", async () => {
    const { file } = contract;
    const moved = Object.create(contract, {
      file: { value: Object.create(file, { name: { value: "contract/v1/echo_service" } }) },
    });
    const Echo = defineClass(shape, {
      name: "Echo",
      methods: ["echo", "echoAll", "forget"].map((name) => [name, action(), methods[name]!]),
      decorators: [service(moved)],
    });
    const other = (name: string) =>
      new (defineClass(shape, {
        name,
        methods: [["ping", action(), () => {}]],
        decorators: [service({ package: "contract.v1" })],
      }))();
    expect(compile(new Echo(), other("Other")).protoFiles()).toHaveLength(1);
    await expectRaised(() => compile(new Echo(), other("Echo")), {
      code: "service_duplicate",
      says: ["contract.v1.EchoService", "a contract", "service of class Echo"],
    });
  });
});

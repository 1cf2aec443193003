import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { Thing, thing } from "./probe.js";

@service()
class Misshapen {
  @action({ response: Thing })
  unary() {
    return stream() as unknown as Thing;
  }

  @action({ response: Thing })
  async unaryLater() {
    return stream() as unknown as Thing;
  }

  @action({ response: Thing, stream: "response" })
  single() {
    return thing({}) as unknown as AsyncIterable<Thing>;
  }

  @action({ response: Thing, stream: "response" })
  nothing() {
    return undefined as unknown as AsyncIterable<Thing>;
  }

  @action({ response: Thing, stream: "response" })
  list() {
    return [thing({})] as unknown as AsyncIterable<Thing>;
  }

  @action({ response: Thing, stream: "response" })
  promised() {
    return Promise.resolve(stream()) as unknown as AsyncIterable<Thing>;
  }

  @action({ response: Thing, stream: "response" })
  rejected() {
    return Promise.reject(new Error("and failed, too")) as unknown as AsyncIterable<Thing>;
  }

  @action()
  undeclared() {
    return { text: "nobody asked for" } as unknown as undefined;
  }

  @action()
  empty() {}

  @action({ response: Thing })
  missing() {
    return undefined as unknown as Thing;
  }

  @action({ response: Thing, stream: "response" })
  async *missingLater() {
    yield thing({});
    yield undefined as unknown as Thing;
  }
}

async function* stream() {
  yield thing({});
}

const notUnary =
  "returned an async iterable but is a unary RPC. " +
  'Write @action({ stream: "response", … }), or make the method `async *`.';
const noStream =
  "streams its response but returned no async iterable. " +
  "Make it `async *` and yield, or return an object with [Symbol.asyncIterator].";

const cases: [method: keyof Misshapen, code: string, text: string][] = [
  ["unary", "response_shape", `Misshapen.unary ${notUnary}`],
  ["unaryLater", "response_shape", `Misshapen.unaryLater ${notUnary}`],
  ["single", "response_shape", `Misshapen.single ${noStream}`],
  ["nothing", "response_shape", `Misshapen.nothing ${noStream}`],
  ["list", "response_shape", `Misshapen.list ${noStream}`],
  ["promised", "response_shape", `Misshapen.promised ${noStream}`],
  ["rejected", "response_shape", `Misshapen.rejected ${noStream}`],
  [
    "undeclared",
    "message_invalid",
    "Empty: the method returned a value but declares no response; " +
      "write @action({ response: … }) or return nothing",
  ],
  ["missing", "message_invalid", "Thing: expected Thing, got undefined"],
  ["missingLater", "message_invalid", "Thing: expected Thing, got undefined"],
];

test.each(cases)("%s: %s says what to do", async (method, code, text) => {
  for (const protocol of rigProtocols) {
    const reported: unknown[] = [];
    await using rig = await createTestRig({
      services: [new Misshapen()],
      protocol,
      options: { onError: (error) => reported.push(error) },
    });
    const client = rig.client(Misshapen) as unknown as Record<string, () => unknown>;
    const answer = client[method]!();
    const failure = await consume(answer).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure, protocol).toBeInstanceOf(ConnectError);
    const { code: status, rawMessage } = failure as ConnectError;
    expect([status, rawMessage], protocol).toEqual([Code.Internal, text]);
    expect(reported[0], protocol).toMatchObject({ name: "SluiceError", code, message: text });
    // A method that failed and had the wrong shape besides tells of both.
    const also = method === "rejected" ? [new Error("and failed, too")] : [];
    expect(reported.slice(1), protocol).toEqual(also);
  }
});

test("a method without a response may return nothing", async () => {
  await using rig = await createTestRig({ services: [new Misshapen()] });
  await expect(rig.client(Misshapen).empty()).resolves.toMatchObject({
    $typeName: "google.protobuf.Empty",
  });
});

async function consume(answer: unknown): Promise<void> {
  if (answer instanceof Promise) await answer;
  else for await (const _ of answer as AsyncIterable<unknown>);
}

import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorDetailSchema } from "../../src/gen/sluice/errors/v1/errors_pb.js";
import { action, type RpcErrorContext, SluiceError, service } from "../../src/index.js";
import { createTestRig, type RigProtocol, rigProtocols } from "../../src/testing/index.js";
import { Thing, thing } from "./probe.js";
import { cellsOf, WireRig } from "./rig.js";

/** Throws what it is told to, in every way a method can. */
@service({ name: "ProbeService", package: "probe.v1" })
class Thrower {
  constructor(readonly reason: unknown) {}

  @action({ request: Thing, response: Thing })
  echo(): Thing {
    throw this.reason;
  }

  @action({ response: Thing })
  later(): Promise<Thing> {
    return Promise.reject(this.reason);
  }

  /** Before the first message, or after so many. */
  @action({ request: Thing, response: Thing })
  async *repeat({ count }: Thing) {
    for (let n = 0; n < count; n++) yield thing({});
    throw this.reason;
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>): Promise<Thing> {
    for await (const _ of things);
    throw this.reason;
  }

  @action({ request: Thing, response: Thing, stream: "response" })
  atOnce(): AsyncIterable<Thing> {
    throw this.reason;
  }
}

/** Each way to throw, and the error that its caller gets. */
async function everyWay(reason: unknown, protocol: RigProtocol) {
  const reported: { error: unknown; context: RpcErrorContext }[] = [];
  await using rig = await createTestRig({
    services: [new Thrower(reason)],
    protocol,
    options: { onError: (error, context) => reported.push({ error, context }) },
  });
  const client = rig.client(Thrower);
  async function* one() {
    yield thing({});
  }
  const ways: Record<string, () => Promise<unknown>> = {
    Echo: () => client.echo(),
    Later: () => client.later(),
    Repeat: () => drain(client.repeat(thing({ count: 0 }))),
    "Repeat ": () => drain(client.repeat(thing({ count: 3 }))),
    Collect: () => client.collect(one()),
    AtOnce: () => drain(client.atOnce()),
  };
  const caught: ConnectError[] = [];
  for (const call of Object.values(ways)) caught.push(await call().then(notThrown, asConnectError));
  return { caught, reported, methods: Object.keys(ways).map((name) => name.trim()) };
}

async function drain(iterable: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterable);
}

function notThrown(): never {
  throw new Error("the call succeeded");
}

function asConnectError(reason: unknown): ConnectError {
  expect(reason).toBeInstanceOf(ConnectError);
  return reason as ConnectError;
}

describe.each(rigProtocols)("%s", (protocol) => {
  test.each([
    ["an Error", new Error("secret")],
    ["an Error with a cause", new Error("outer secret", { cause: new Error("secret") })],
    ["a text", "secret"],
    ["undefined", undefined],
    ["null", null],
    ["an object", { message: "secret", code: Code.NotFound }],
    ["an object without a text", Object.create(null)],
    ["a lookalike", Object.assign(new Error("secret"), { name: "ConnectError", code: 5 })],
    ["an abort nobody asked for", new DOMException("secret", "AbortError")],
    ["a SluiceError without a status", new SluiceError("app_options_invalid", "secret")],
  ])("%s is hidden, and told once", async (_, reason) => {
    const { caught, reported, methods } = await everyWay(reason, protocol);
    for (const error of caught) {
      expect([error.code, error.rawMessage]).toEqual([Code.Internal, "internal error"]);
      expect([error.details, error.cause]).toEqual([[], undefined]);
    }
    expect(reported.map(({ error }) => error)).toEqual(methods.map(() => reason));
    expect(reported.map(({ context }) => context)).toEqual(
      methods.map((method) => ({ service: "probe.v1.ProbeService", method })),
    );
  });

  test("a ConnectError passes with its details and metadata, and is not told", async () => {
    const value = create(DurationSchema, { seconds: 5n });
    const reason = new ConnectError(
      "größer than 100 % 漢",
      Code.FailedPrecondition,
      { "x-hint": "look here", "x-data-bin": "AAEC" },
      [{ desc: DurationSchema, value }],
      new Error("secret"),
    );
    const { caught, reported } = await everyWay(reason, protocol);
    for (const error of caught) {
      expect([error.code, error.rawMessage]).toEqual([
        Code.FailedPrecondition,
        "größer than 100 % 漢",
      ]);
      expect(error.findDetails(DurationSchema)).toEqual([value]);
      expect(error.metadata.get("x-hint")).toBe("look here");
      expect(error.metadata.get("x-data-bin")).toBe("AAEC");
      expect(error.cause).toBeUndefined();
    }
    expect(reported).toEqual([]);
  });

  test("a SluiceError has its code and every bad field in a typed detail", async () => {
    const violations = [
      { field: "Order.items[3].price", description: "expected number, got string" },
      { field: "Order.id", description: "expected string, got null" },
    ];
    const reason = new SluiceError("topic_keys_exceeded", "no room", { violations });
    const { caught, reported } = await everyWay(reason, protocol);
    for (const error of caught) {
      expect([error.code, error.rawMessage]).toEqual([Code.ResourceExhausted, "no room"]);
      expect(error.findDetails(ErrorDetailSchema)).toMatchObject([
        { code: "topic_keys_exceeded", violations },
      ]);
    }
    expect(reported).toEqual([]);
  });

  test("one that is the app's own fault is told besides", async () => {
    const reason = new SluiceError("message_invalid", "Thing.text: expected string");
    const { caught, reported, methods } = await everyWay(reason, protocol);
    for (const error of caught) {
      expect([error.code, error.rawMessage]).toEqual([
        Code.Internal,
        "Thing.text: expected string",
      ]);
      expect(error.findDetails(ErrorDetailSchema)).toMatchObject([{ code: "message_invalid" }]);
    }
    expect(reported.map(({ error }) => error)).toEqual(methods.map(() => reason));
  });
});

const codes = Object.values(Code).filter((code): code is Code => typeof code === "number");

test.each(codes)("code %i reaches the caller in every protocol", async (code) => {
  await using rig = await WireRig.start({
    services: [new Thrower(new ConnectError("as it is", code))],
  });
  const outcomes = new Set<string>();
  for (const cell of cellsOf("Echo", "Repeat")) {
    // That the HTTP status fits is checked on the way.
    const outcome = await rig.ask(cell, { messages: [cell.codec === "json" ? "{}" : ""] });
    outcomes.add(`${outcome.code}: ${outcome.message}`);
  }
  expect([...outcomes]).toHaveLength(1);
  expect([...outcomes][0]).toMatch(/^[a-z_]+: as it is$/);
});

test("no byte of what is hidden is on the wire", async () => {
  const cause = new Error("S3CRET in the cause");
  for (const reason of [
    new Error("S3CRET", { cause }),
    new ConnectError("fine", Code.Internal, undefined, undefined, cause),
    Object.assign(new Error("x"), { S3CRET: 1, stack: "S3CRET" }),
  ]) {
    await using rig = await WireRig.start({ services: [new Thrower(reason)] });
    for (const cell of cellsOf("Echo", "Repeat", "Collect")) {
      const { answer } = await rig.ask(cell, { messages: [cell.codec === "json" ? "{}" : ""] });
      const { headers, trailers, body } = answer;
      const all = JSON.stringify([headers, trailers]) + body.toString("latin1");
      expect(all, cell.name).not.toContain("S3CRET");
      expect(all, cell.name).not.toContain(".ts:");
    }
  }
});

describe("a text that cannot be sent", () => {
  test("is made well-formed, in every protocol", async () => {
    const reason = new ConnectError("no user \ud800!", Code.NotFound, { "x-hint": "kept" }, [
      { desc: DurationSchema, value: create(DurationSchema, { seconds: 5n }) },
    ]);
    await using rig = await WireRig.start({ services: [new Thrower(reason)] });
    for (const cell of cellsOf("Echo", "Repeat", "Collect")) {
      const outcome = await rig.ask(cell, { messages: [cell.codec === "json" ? "{}" : ""] });
      expect([outcome.code, outcome.message], cell.name).toEqual(["not_found", "no user \ufffd!"]);
      expect(outcome.details, cell.name).toHaveLength(1);
    }
  });

  // Connect's gRPC throws over its own text then, and would leave the caller without an answer.
  test("quoted by Connect itself gets an answer all the same", async () => {
    await using rig = await WireRig.start();
    const cells = cellsOf("Echo", "Repeat").filter(({ codec }) => codec === "json");
    for (const cell of cells) {
      const { code } = await rig.ask(cell, { messages: ['{"count":"\\ud800"}'] });
      expect(code, cell.name).toBe(cell.protocol === "connect" ? "invalid_argument" : "internal");
    }
    await rig.expectServing();
  });

  test("because it is too long for a trailer harms nobody else", async () => {
    const reason = new ConnectError("x".repeat(1_000_000), Code.NotFound);
    await using rig = await WireRig.start({ services: [new Thrower(reason)] });
    for (const cell of cellsOf("Echo", "Repeat")) {
      const client = rig.client(cell.http);
      // What becomes of it is between the HTTP libraries; it must come to an end.
      const call = client.open({
        path: `/probe.v1.ProbeService/${cell.rpc}`,
        headers: { "content-type": "application/grpc+json" },
      });
      await call.send(Buffer.from([0, 0, 0, 0, 2, 123, 125]));
      call.finish();
      await call.answer.then((answer) => answer.rest()).catch(() => {});
      call.leave();
      await call.closed;
    }
    const { status } = await rig.client("h1").ask({
      path: "/probe.v1.ProbeService/Echo",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(status).toBe(404);
  });
});

describe("a listener that fails itself", () => {
  test.each([
    [
      "throws",
      () => {
        throw new Error("in the listener");
      },
    ],
    ["rejects", () => Promise.reject(new Error("in the listener"))],
  ])("%s: the caller is answered, and the process warned", async (_, onError) => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    await using rig = await createTestRig({
      services: [new Thrower(new Error("secret"))],
      options: { onError },
    });
    const error = await rig.client(Thrower).echo().then(notThrown, asConnectError);
    expect([error.code, error.rawMessage]).toEqual([Code.Internal, "internal error"]);
    expect(await warned).toMatchObject({
      name: "SluiceWarning",
      message: expect.stringMatching(/^onError itself failed: Error: in the listener/),
    });
  });
});

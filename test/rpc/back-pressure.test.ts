import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { envelope } from "../support/frames.js";
import type { RawCall } from "../support/raw-http.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { type Gate, gate, turns } from "../support/signals.js";
import { flood } from "./lifecycle.js";
import { probePath, Thing, thing } from "./probe.js";
import { WireRig } from "./rig.js";

/** Reads one message, and the others when it is told to. */
@service({ name: "ProbeService", package: "probe.v1" })
class Slow {
  readonly reading: Gate = gate();
  taken = 0;

  @action({ request: Thing, response: Thing })
  echo(request: Thing) {
    return request;
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>) {
    for await (const _ of things) {
      if (this.taken++ === 0) await this.reading.opened;
    }
    return thing({ count: this.taken });
  }

  /** Reads one message, and no more. */
  @action({ request: Thing, response: Thing, stream: "request" })
  async first(things: AsyncIterable<Thing>) {
    for await (const _ of things) break;
    return thing({ count: 1 });
  }

  /** Gives back all that it reads, at once. */
  @action({ request: Thing, response: Thing, stream: "both" })
  async *chat(things: AsyncIterable<Thing>) {
    for await (const one of things) {
      this.taken++;
      yield one;
    }
  }
}

const headers = { "content-type": "application/connect+proto" };
/** `Thing.blob`, 256 KiB of it. */
const message = envelope(
  new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(flood.blob).finish(),
);
const messages = 400;

describe.each(["h1", "h2"] as const)("%s", (http) => {
  test("a client that sends faster than the method reads has to wait", async () => {
    const slow = new Slow();
    await using rig = await WireRig.start({ services: [slow] });
    const call = rig.client(http).open({ path: probePath("Collect"), headers });
    const sending = sendAll(call);
    await stalled(sending);
    expect(slow.taken).toBe(1);
    expect(sending.sent).toBeLessThan(messages / 4);
    await rig.expectServing();

    slow.reading.open();
    await sending.done;
    const { body } = await (await call.answer).rest();
    expect(slow.taken).toBe(messages);
    // The end of the stream, without an error in it.
    expect(body.toString("latin1")).toMatch(/\{\}$/);
  });
});

describe.each(["h1", "h2"] as const)("%s: a method that has heard enough", (http) => {
  test("answers, whether or not its client goes on", async () => {
    await using rig = await WireRig.start({ services: [new Slow()] });
    const call = rig.client(http).open({ path: probePath("First"), headers });
    for (let n = 0; n < 20; n++) void call.send(message).catch(() => {});
    const { status, body } = await (await call.answer).rest();
    expect([status, body.toString("latin1").endsWith("{}")]).toEqual([200, true]);
    call.leave();
    await rig.expectServing();
    expect(rig.reported).toEqual([]);
  });
});

test("over HTTP/1.1 a refused message leaves its connection to the next request", async () => {
  await using rig = await WireRig.start({ services: [new Slow()] });
  await using client = rawHttp1(rig.server.url, "one");
  const ask = (body: string) =>
    client.ask({ path: probePath("Echo"), headers: { "content-type": "application/json" }, body });
  for (let n = 0; n < 3; n++) {
    expect((await ask(" ".repeat(5_000_000))).status).toBe(429);
    expect((await ask("{}")).status).toBe(200);
  }
  expect(rig.server.connections).toBe(1);
});

test("a client that talks and never listens has to wait, too", async () => {
  const slow = new Slow();
  await using rig = await WireRig.start({ services: [slow] });
  const call = rig.client("h2").open({ path: probePath("Chat"), headers });
  const sending = sendAll(call);
  await call.answer;
  await stalled(sending);
  expect(slow.taken).toBeLessThan(messages / 4);
  await rig.expectServing();

  const { body } = await call.answer;
  body.resume();
  await sending.done;
  await new Promise((resolve) => body.once("end", resolve));
  expect(slow.taken).toBe(messages);
});

function sendAll(call: RawCall): { sent: number; done: Promise<void> } {
  const sending = { sent: 0, done: Promise.resolve() };
  sending.done = (async () => {
    for (; sending.sent < messages; sending.sent++) await call.send(message);
    call.finish();
  })();
  return sending;
}

/** Resolves when nothing could be sent for many turns of the event loop. */
async function stalled(sending: { sent: number }): Promise<void> {
  for (let before = -1; sending.sent !== before; ) {
    before = sending.sent;
    await turns(200);
  }
}

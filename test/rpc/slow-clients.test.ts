import type { HandlerContext } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { envelope } from "../support/frames.js";
import type { RawCall } from "../support/raw-http.js";
import { type Gate, gate, Journal, turns } from "../support/signals.js";
import { probePath, Thing, thing } from "./probe.js";
import { WireRig } from "./rig.js";

@service({ name: "ProbeService", package: "probe.v1" })
class Patient {
  readonly journal = new Journal();
  end: Gate = gate();

  @action({ request: Thing, response: Thing, idempotent: true })
  async echo(_: Thing, { signal }: HandlerContext) {
    this.journal.note("echo");
    await this.end.opened;
    return thing({ text: signal.aborted ? "aborted" : "fine" });
  }

  @action({ request: Thing, response: Thing })
  async *repeat() {
    this.journal.note("repeat");
    yield thing({});
    await this.end.opened;
    yield thing({});
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>) {
    let count = 0;
    for await (const _ of things) count++;
    return thing({ count });
  }
}

const json = { "content-type": "application/json" };
const streamed = { "content-type": "application/connect+json" };
const grpc = { "content-type": "application/grpc+json" };

describe.each(["h1", "h2"] as const)("%s", (http) => {
  let patient: Patient;
  let rig: WireRig;
  beforeAll(async () => {
    patient = new Patient();
    rig = await WireRig.start({ services: [patient], requestBodyTimeoutMs: 60 });
  });
  afterAll(async () => {
    expect(rig.reported).toEqual([]);
    await rig[Symbol.asyncDispose]();
  });

  const open = (rpc: string, headers: Record<string, string>): RawCall =>
    rig.client(http).open({ path: probePath(rpc), headers });

  /** A request that goes on after others like it have been given up. */
  async function outlast(): Promise<void> {
    // Two in a row: more than the time limit of whatever was there before the first.
    for (let n = 0; n < 2; n++) {
      const slow = open("Echo", json);
      await slow.closed;
    }
  }

  test.each([
    ["a unary body", "Echo", json, "{"],
    ["one with a content-length", "Echo", { ...json, "content-length": "100" }, "{"],
    ["a unary body in gRPC", "Echo", grpc, envelope("{}").subarray(0, 6)],
    ["the request of a stream", "Repeat", streamed, envelope("{}").subarray(0, 3)],
    ["the end of a request that is there", "Repeat", streamed, envelope("{}")],
  ])("%s that never comes ends the request", async (_, rpc, headers, beginning) => {
    const before = patient.journal.entries.length;
    const call = open(rpc, headers as Record<string, string>);
    await call.send(beginning);
    await call.closed;
    await expect(call.answer).rejects.toThrow();
    expect(patient.journal.entries.length).toBe(before);
  });

  test("a body that drips does not gain time by that", async () => {
    const call = open("Echo", json);
    let isOpen = true;
    void call.closed.then(() => {
      isOpen = false;
    });
    const begin = Date.now();
    while (isOpen) {
      await Promise.race([call.send(" ").catch(() => {}), call.closed]);
      await turns(1);
    }
    // Far from the 20 seconds after which this test would fail, and what it would take to drip.
    expect(Date.now() - begin).toBeLessThan(5_000);
  });

  test("others are served meanwhile", async () => {
    patient.end.open();
    const slow = Array.from({ length: 20 }, () => open("Echo", json));
    const ask = () => rig.client(http).ask({ path: probePath("Echo"), headers: json, body: "{}" });
    expect((await ask()).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
    expect((await ask()).status).toBe(200);
  });

  test("a method may take as long as it likes, once its request is there", async () => {
    patient.end = gate();
    const began = patient.journal.count("echo");
    const post = open("Echo", { ...json, "content-length": "2" });
    await post.send("{}");
    post.finish();
    const get = rig.client(http).open({
      method: "GET",
      path: `${probePath("Echo")}?encoding=json&message=%7B%7D`,
    });
    get.finish();
    await patient.journal.until("echo", began + 2);
    await outlast();
    patient.end.open();
    for (const call of [post, get]) {
      const { status, body } = await (await call.answer).rest();
      expect([status, body.toString()]).toEqual([200, '{"text":"fine"}']);
    }
  });

  test("a stream of answers may last as long as it likes", async () => {
    patient.end = gate();
    const call = open("Repeat", streamed);
    await call.send(envelope("{}"));
    call.finish();
    const answer = await call.answer;
    await outlast();
    patient.end.open();
    const { body } = await answer.rest();
    expect(body.toString("latin1").split("{}").length - 1).toBe(3);
  });

  test("so may a stream of requests", async () => {
    const call = open("Collect", streamed);
    await call.send(envelope("{}"));
    await outlast();
    await call.send(envelope("{}"));
    call.finish();
    const { body } = await (await call.answer).rest();
    expect(body.toString("latin1")).toContain('{"count":2}');
  });
});

import http from "node:http";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { App, action, service, stream } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { aborted, type Gate, gate, Journal, turns } from "../support/signals.js";
import { probePath, Thing, thing } from "./probe.js";

/** Methods that are in the middle of something when the app closes. */
@service({ name: "ProbeService", package: "probe.v1" })
class Busy {
  readonly journal = new Journal();
  readonly end: Gate = gate();

  @action({ request: Thing, response: Thing })
  async unary(request: Thing, { signal }: HandlerContext) {
    this.#begin("unary", signal);
    await this.end.opened;
    return request;
  }

  @action({ request: Thing, response: Thing })
  async *many(request: Thing, { signal }: HandlerContext) {
    this.#begin("many", signal);
    try {
      yield request;
      await aborted(signal);
    } finally {
      this.journal.note("many released");
    }
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>, { signal }: HandlerContext) {
    this.#begin("collect", signal);
    try {
      for await (const _ of things);
    } finally {
      this.journal.note("collect released");
    }
    return thing({});
  }

  @stream({ payload: Thing })
  async beat(text: string) {
    return thing({ text });
  }

  #begin(name: string, signal: AbortSignal): void {
    this.journal.note(name);
    void aborted(signal).then(() =>
      this.journal.note(`${name} ended: ${ConnectError.from(signal.reason).rawMessage}`),
    );
  }
}

const closing = { code: Code.Unavailable, rawMessage: "the server is shutting down" };
const ended = (name: string) => `${name} ended: the server is shutting down`;

/** A client that opens its stream and says nothing. */
async function* nothing() {
  await gate().opened;
  yield thing({});
}

describe.each(rigProtocols)("%s", (protocol) => {
  test("streams end at once with unavailable, single calls may finish", async () => {
    const busy = new Busy();
    const reported: unknown[] = [];
    const rig = await createTestRig({
      services: [busy],
      protocol,
      options: { onError: (error) => reported.push(error) },
    });
    const client = rig.client(Busy);
    const unary = settled(client.unary(thing({ text: "in time" })));
    const many = settled(drain(client.many(thing({}))));
    const collect = settled(client.collect(nothing()));
    await busy.beat("hello");
    const beat = settled(drain(client.subscribe("beat")));
    await Promise.all(["unary", "many", "collect"].map((name) => busy.journal.until(name)));
    await subscribers(rig.app, 1);

    const closed = rig.app.close({ graceMs: 60_000 });
    expect(await many).toMatchObject(closing);
    expect(await collect).toMatchObject(closing);
    expect(await beat).toMatchObject(closing);
    await busy.journal.until(ended("many"));
    await busy.journal.until("many released");
    await busy.journal.until(ended("collect"));
    await busy.journal.until("collect released");
    expect(busy.journal.count(ended("unary"))).toBe(0);
    busy.end.open();
    expect(await unary).toMatchObject({ text: "in time" });
    await closed;
    expect(reported).toEqual([]);
  });

  test("single calls that take too long are cut off with unavailable", async () => {
    const busy = new Busy();
    const rig = await createTestRig({ services: [busy], protocol });
    const unary = settled(rig.client(Busy).unary(thing({})));
    await busy.journal.until("unary");
    await rig.app.close({ graceMs: 20 });
    expect(await unary).toMatchObject(closing);
    await busy.journal.until(ended("unary"));
  });

  test("another app in the process goes on", async () => {
    const [one, other] = [new Busy(), new Busy()];
    const rig = await createTestRig({ services: [one], protocol });
    await using otherRig = await createTestRig({ services: [other], protocol });
    const controller = new AbortController();
    const many = settled(
      drain(otherRig.client(Busy).many(thing({}), { signal: controller.signal })),
    );
    const unary = otherRig.client(Busy).unary(thing({ text: "other" }));
    await other.journal.until("many");
    await other.journal.until("unary");

    await rig.app.close({ graceMs: 0 });
    await turns(5);
    expect(other.journal.entries).not.toContain(ended("many"));
    await other.beat("still here");
    for await (const { text } of otherRig.client(Busy).subscribe("beat")) {
      expect(text).toBe("still here");
      break;
    }
    other.end.open();
    expect((await unary).text).toBe("other");
    controller.abort();
    expect(await many).toMatchObject({ code: Code.Canceled });
  });
});

describe("what an app gave out before it closed", () => {
  const ask = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };

  test("lets single calls finish within graceMs", async () => {
    const busy = new Busy();
    const app = await new App({ name: "gone", services: [busy] }).finalize();
    const fetched = app.fetchHandler()(new Request(`http://test${probePath("Unary")}`, ask));
    const inMemory = settled(app.client(Busy).unary(thing({ text: "in time" })));
    await busy.journal.until("unary", 2);
    const closed = app.close({ graceMs: 60_000 });
    await turns(5);
    busy.end.open();
    expect(await inMemory).toMatchObject({ text: "in time" });
    expect((await fetched).status).toBe(200);
    await closed;
  });

  test("refuses calls, and runs no method", async () => {
    const busy = new Busy();
    busy.end.open();
    const app = await new App({ name: "gone", services: [busy] }).finalize();
    const fetchHandler = app.fetchHandler();
    const server = http.createServer(app.nodeHandler()).listen(0, "127.0.0.1");
    const client = app.client(Busy);
    await app.close();

    const request = new Request(`http://test${probePath("Unary")}`, ask);
    const response = await fetchHandler(request);
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: "unavailable", message: "the server is shutting down" },
    ]);
    await new Promise((resolve) => server.once("listening", resolve));
    await using raw = rawHttp1(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect((await raw.ask({ path: probePath("Unary"), ...ask })).status).toBe(503);
    await expect(client.unary(thing({}))).rejects.toMatchObject(closing);
    await expect(drain(client.many(thing({})))).rejects.toMatchObject(closing);
    await expect(drain(client.subscribe("beat"))).rejects.toMatchObject(closing);
    expect(busy.journal.entries).toEqual([]);
    server.close();
  });
});

test("closing twice is closing once, and nothing can be had from it any more", async () => {
  const app = await new App({ name: "gone", services: [new Busy()] }).finalize();
  const first = app.close();
  expect(app.close()).toBe(first);
  await first;
  for (const use of [
    () => app.nodeHandler(),
    () => app.fetchHandler(),
    () => app.fastifyPlugin(),
    () => app.transport(),
    () => app.client(Busy),
    () => app.streamStats(),
  ]) {
    expect(use).toThrow(expect.objectContaining({ code: "app_closed" }));
  }
  await expect(app.listen({ port: 0 })).rejects.toMatchObject({ code: "app_closed" });
});

async function subscribers(app: App, count: number): Promise<void> {
  while (app.streamStats()["Busy.beat"]!.subscribers !== count) await turns(1);
}

/** What it came to, value or error: nothing goes unhandled while something else is awaited. */
function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

async function drain(iterable: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterable);
}

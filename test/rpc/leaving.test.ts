import net from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { envelope } from "../support/frames.js";
import type { RawCall, RawClient } from "../support/raw-http.js";
import { turns } from "../support/signals.js";
import { flood, Lifecycle } from "./lifecycle.js";
import { probePath, thing } from "./probe.js";
import { WireRig } from "./rig.js";

/** What a client may look like when it leaves. */
const transports = [
  { http: "h1", protocol: "connect" },
  { http: "h2", protocol: "connect" },
  { http: "h2", protocol: "grpc" },
  { http: "h1", protocol: "grpc-web" },
] as const;

let lifecycle: Lifecycle;
let rig: WireRig;
beforeAll(async () => {
  lifecycle = new Lifecycle();
  rig = await WireRig.start({ services: [lifecycle] });
});
beforeEach(() => {
  lifecycle.journal.entries.length = 0;
});
afterEach(async () => {
  await rig.expectServing();
  // Leaving is no failure of the app's.
  expect(rig.reported).toEqual([]);
  await vi.waitFor(() => expect(subscribers()).toBe(0), { interval: 5 });
});
afterAll(() => rig[Symbol.asyncDispose]());

const subscribers = () => rig.app.streamStats()["Lifecycle.beat"]!.subscribers;

describe.each(transports)("$protocol over $http: a client that leaves", ({ http, protocol }) => {
  function open(rpc: string, client: RawClient = rig.client(http)): RawCall {
    const isUnary = ["Echo", "Hold"].includes(rpc) && protocol === "connect";
    const type = isUnary ? "application/json" : `application/${protocol}+json`;
    return client.open({ path: probePath(rpc), headers: { "content-type": type } });
  }

  /** Opens a call that has sent its one request. */
  async function ask(rpc: string): Promise<RawCall> {
    const call = open(rpc);
    const isBare = rpc === "Hold" && protocol === "connect";
    await call.send(isBare ? "{}" : envelope("{}"));
    call.finish();
    return call;
  }

  test("and breaks its connection off before its request is complete is never served", async () => {
    const client = rig.client(http);
    const call = open("Hold", client);
    await call.send(protocol === "connect" ? "{}" : envelope("{}"));
    await turns(5);
    await client[Symbol.asyncDispose]();
    await call.closed;
    await turns(5);
    expect(lifecycle.journal.entries).toEqual([]);
  });

  test("while its request is half sent is never served", async () => {
    const call = open("Hold");
    await call.send(Buffer.from([0, 0, 0]));
    await turns(5);
    call.leave();
    await call.closed;
    await turns(5);
    expect(lifecycle.journal.entries).toEqual([]);
  });

  test("while a unary method runs aborts its signal", async () => {
    const call = await ask("Hold");
    await lifecycle.journal.until("hold started");
    call.leave();
    await lifecycle.journal.until("hold aborted");
  });

  test("while a stream waits for its method aborts and releases it", async () => {
    const call = await ask("Wait");
    await call.answer;
    call.leave();
    await lifecycle.journal.until("wait aborted");
    await lifecycle.journal.until("wait released");
    expect(lifecycle.journal.count("wait released")).toBe(1);
  });

  test("in the middle of a stream runs its generator's finally", async () => {
    const call = await ask("Flood");
    const { body } = await call.answer;
    // Reads all the time.
    body.resume();
    await lifecycle.journal.until("flood taken", 20);
    call.leave();
    await lifecycle.journal.until("flood aborted");
    await lifecycle.journal.until("flood released");
  });

  test("without having read stops its generator in the meantime, then ends it", async () => {
    const call = await ask("Flood");
    await call.answer;
    // Nothing is taken any more: every buffer between is full.
    await stalled(() => lifecycle.journal.count("flood taken"));
    expect(lifecycle.journal.count("flood taken")).toBeLessThan(200);
    await rig.expectServing();
    call.leave();
    await lifecycle.journal.until("flood aborted");
    await lifecycle.journal.until("flood released");
    expect(lifecycle.journal.count("flood released")).toBe(1);
  });

  test("in the middle of the requests it streams ends the method's loop", async () => {
    const call = open("Collect");
    await call.send(envelope("{}"));
    await lifecycle.journal.until("collect taken");
    call.leave();
    await lifecycle.journal.until("collect aborted");
    await lifecycle.journal.until("collect released");
  });

  test("in the middle of a message it streams ends the method's loop", async () => {
    const call = open("Collect");
    await call.send(Buffer.concat([envelope("{}"), Buffer.from([0, 0, 0, 0, 9, 123])]));
    await lifecycle.journal.until("collect taken");
    call.leave();
    await lifecycle.journal.until("collect released");
    expect(lifecycle.journal.count("collect taken")).toBe(1);
  });

  test.runIf(http === "h2")(
    "in the middle of a conversation ends both loops (HTTP/2 only: over HTTP/1.1 Connect answers 505)",
    async () => {
      const call = open("Chat");
      await call.send(envelope("{}"));
      await call.answer;
      call.leave();
      await lifecycle.journal.until("chat aborted");
      await lifecycle.journal.until("chat released");
    },
  );

  test("while it follows a topic is no subscriber any more", async () => {
    const call = await ask("Beat");
    await vi.waitFor(() => expect(subscribers()).toBe(1), { interval: 1 });
    await lifecycle.beat(thing({ text: "hi" }));
    await call.answer;
    call.leave();
    await vi.waitFor(() => expect(subscribers()).toBe(0), { interval: 1 });
  });

  test("while it follows a topic without reading is none either", async () => {
    const call = await ask("Beat");
    await vi.waitFor(() => expect(subscribers()).toBe(1), { interval: 1 });
    const before = rig.app.streamStats()["Lifecycle.beat"]!;
    // With the policy "latest" publishing never waits, and what cannot be sent is dropped.
    await vi.waitFor(
      async () => {
        await lifecycle.beat(flood);
        expect(rig.app.streamStats()["Lifecycle.beat"]!.dropped).toBeGreaterThan(before.dropped);
      },
      { interval: 1, timeout: 10_000 },
    );
    expect(rig.app.streamStats()["Lifecycle.beat"]!.queuedBytes).toBeLessThan(2 * 1024 * 1024);
    call.leave();
    await vi.waitFor(() => expect(subscribers()).toBe(0), { interval: 1 });
    expect(rig.app.streamStats()["Lifecycle.beat"]!.queuedBytes).toBe(0);
  });
});

test("half a goodbye (FIN) ends a stream over HTTP/1.1", async () => {
  const socket = net.connect({ port: rig.server.port, host: rig.server.host, allowHalfOpen: true });
  const body = envelope("{}");
  socket.write(
    `POST ${probePath("Wait")} HTTP/1.1\r\nhost: t\r\ncontent-type: application/connect+json\r\n` +
      `content-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await lifecycle.journal.until("wait started");
  socket.end();
  await lifecycle.journal.until("wait aborted");
  await lifecycle.journal.until("wait released");
  socket.destroy();
});

test("a connection that breaks ends all its streams", async () => {
  const client = rig.client("h2");
  const calls = Array.from({ length: 20 }, () =>
    client.open({ path: probePath("Wait"), headers: { "content-type": "application/grpc+json" } }),
  );
  for (const call of calls) {
    await call.send(envelope("{}"));
    call.finish();
  }
  await lifecycle.journal.until("wait started", 20);
  await client[Symbol.asyncDispose]();
  await lifecycle.journal.until("wait aborted", 20);
  await lifecycle.journal.until("wait released", 20);
});

test("leaving a thousand times over leaves nothing behind", async () => {
  const headers = { "content-type": "application/connect+json" };
  for (let round = 1; round <= 10; round++) {
    const client = rig.client("h2");
    for (let n = 0; n < 100; n++) {
      const call = client.open({ path: probePath("Wait"), headers });
      await call.send(envelope("{}"));
      call.finish();
    }
    await lifecycle.journal.until("wait started", round * 100);
    await client[Symbol.asyncDispose]();
    await lifecycle.journal.until("wait released", round * 100);
  }
  expect(lifecycle.journal.count("wait aborted")).toBe(1_000);
});

/** Resolves when a count has stood still for many turns of the event loop. */
async function stalled(count: () => number): Promise<void> {
  for (let before = -1; count() !== before; ) {
    before = count();
    await turns(100);
  }
}

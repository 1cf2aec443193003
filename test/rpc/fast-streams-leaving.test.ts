import type http2 from "node:http2";
import net, { type Socket } from "node:net";
import zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { envelope } from "../support/frames.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { gate, turns } from "../support/signals.js";
import { FeedHost, type Hosting } from "./feed-host.js";
import { bulk, encoded, FeedReader, follow } from "./feeds.js";
import { probePath, thing } from "./probe.js";
import { requestHeaders, type Wire, wires } from "./wire.js";

/** Clients that leave free their place, and those that do not read harm nobody. */

const streamWires = wires.filter(
  ({ protocol, http, codec }) => codec === "binary" && (protocol !== "grpc" || http === "h2"),
);
const wire: Wire = { protocol: "connect", codec: "json", http: "h1" };

function subscription(key: string): Buffer {
  const body = envelope(encoded(wire, key));
  const head =
    `POST ${probePath("Keyed")} HTTP/1.1\r\nhost: t\r\n` +
    `content-type: application/connect+json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

describe.each<Hosting>(["listen", "embedded"])("%s", (hosting) => {
  let host: FeedHost;
  beforeEach(async () => {
    host = await FeedHost.start(hosting);
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    expect(host.reported).toEqual([]);
  });

  const publish = (key: string, text = "x") =>
    host.feeds.keyed(thing({ text: key }), thing({ text }));

  test.each(streamWires)("$protocol over $http: at any moment", async (wire) => {
    const client = host.client(wire.http);
    const early = follow(client, wire, "Keyed", { text: "k" });
    early.leave();
    const quiet = follow(client, wire, "Keyed", { text: "k" });
    await quiet.answer;
    const reading = follow(client, wire, "Keyed", { text: "k" });
    await host.subscribed("keyed", 2);
    quiet.leave();
    await host.subscribed("keyed", 1);
    await publish("k");
    const reader = new FeedReader(wire, await reading.answer);
    expect(await reader.take(1)).toEqual(["x"]);
    // Between a publish and the end of its turn.
    const published = publish("k");
    reading.leave();
    await published;
    await host.subscribed("keyed", 0);
  });

  test.each<[string, (socket: Socket) => void]>([
    ["FIN", (socket) => socket.end()],
    ["FIN and RST", (socket) => socket.destroy()],
    ["RST", (socket) => socket.resetAndDestroy()],
  ])("a connection of HTTP/1.1 that ends by %s", async (_, leave) => {
    const socket = net.connect({ port: host.port("h1"), host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {}).resume();
    socket.write(subscription("k"));
    await host.subscribed("keyed", 1);
    void publish("k");
    leave(socket);
    await host.subscribed("keyed", 0);
    socket.destroy();
  });

  test.each<[string, (session: http2.ClientHttp2Session, socket: Socket) => void]>([
    ["is destroyed", (session) => session.destroy()],
    ["is destroyed with an error", (session) => session.destroy(undefined, 2)],
    ["loses its connection", (_, socket) => socket.destroy()],
    ["is reset", (_, socket) => socket.resetAndDestroy()],
  ])("a session of HTTP/2 that %s", async (_, leave) => {
    const socket = net.connect({ port: host.port("h2"), host: "127.0.0.1" });
    await using client = rawHttp2(host.url("h2"), { createConnection: () => socket });
    for (let n = 0; n < 20; n++) follow(client, { ...wire, http: "h2" }, "Keyed", { text: "k" });
    await host.subscribed("keyed", 20);
    void publish("k");
    leave(client.session, socket);
    await host.subscribed("keyed", 0);
  });

  test.each(["h1", "h2"] as const)(
    "%s: one that never reads is bounded, and the others read on",
    async (version) => {
      const its: Wire = { ...wire, codec: "binary", http: version };
      const before = host.stats("lossy");
      const stuck = follow(host.client(version), its, "Lossy");
      await stuck.answer;
      const call = follow(host.client(version), its, "Lossy");
      const reader = new FeedReader(its, await call.answer);
      await host.subscribed("lossy", 2);
      const count = 100;
      for (let n = 0; n < count; n++) {
        await host.feeds.lossy(bulk(`${n}`));
        expect(await reader.take(1)).toEqual([`${n}`]);
      }
      const { blocked, dropped, queuedBytes } = host.stats("lossy");
      expect(blocked).toBe(1);
      expect(dropped - before.dropped).toBeGreaterThan(count / 2);
      expect(queuedBytes).toBeLessThan(3 * 256 * 1024);
      // What the servers of an embedding process hold can be looked at.
      for (const { writableLength } of [...host.sockets, ...host.streams]) {
        expect(writableLength).toBeLessThan(2 * 1024 * 1024);
      }
      stuck.leave();
      call.leave();
      await host.subscribed("lossy", 0);
      expect(host.stats("lossy")).toMatchObject({ blocked: 0, queued: 0, queuedBytes: 0 });
    },
  );
});

test.each(["h1", "h2"] as const)(
  "%s: a client that leaves while its request is decompressed is never subscribed",
  async (version) => {
    const decompressing = gate();
    let begun = false;
    const slowGzip = {
      name: "slow",
      compress: async (bytes: Uint8Array) => new Uint8Array(bytes),
      decompress: async (bytes: Uint8Array) => {
        begun = true;
        await decompressing.opened;
        return new Uint8Array(zlib.gunzipSync(bytes));
      },
    };
    for (const hosting of ["listen", "embedded"] as const) {
      await using host = await FeedHost.start(hosting, { acceptCompression: [slowGzip] });
      const its = { ...wire, http: version };
      const call = host.client(version).open({
        path: probePath("Keyed"),
        headers: {
          ...requestHeaders(its, "stream"),
          "connect-content-encoding": "slow",
          "connect-accept-encoding": "identity",
        },
      });
      await call.send(envelope(zlib.gzipSync(encoded(its, "k")), 1));
      call.finish();
      await vi.waitFor(() => expect(begun).toBe(true), { interval: 1 });
      call.leave();
      await call.closed;
      await turns(20);
      decompressing.open();
      await turns(20);
      await host.subscribed("keyed", 0);
      await turns(20);
      expect(host.stats("keyed").subscribers).toBe(0);
      expect(host.reported).toEqual([]);
    }
  },
);

test.each([
  { hosting: "listen", fastPath: true },
  { hosting: "listen", fastPath: false },
  { hosting: "embedded", fastPath: true },
  { hosting: "embedded", fastPath: false },
] as const)(
  "$hosting, fastPath $fastPath: subscriptions in a pipeline are gone with their connection",
  async ({ hosting, fastPath }) => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    await using host = await FeedHost.start(hosting, { fastPath });
    const socket = net.connect({ port: host.port("h1"), host: "127.0.0.1" });
    socket.on("error", () => {}).resume();
    socket.write(Buffer.concat(Array.from({ length: 20 }, () => subscription("k"))));
    await host.subscribed("keyed", 20);
    await host.feeds.keyed(thing({ text: "k" }), thing({ text: "x" }));
    socket.destroy();
    await host.subscribed("keyed", 0);
    process.off("warning", note);
    expect(warnings).toEqual([]);
    expect(host.reported).toEqual([]);
  },
);

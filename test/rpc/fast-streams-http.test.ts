import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { connect as tlsConnect } from "node:tls";
import zlib from "node:zlib";
import { expect, test } from "vitest";
import { ClientSocket } from "../server/client-socket.js";
import { testTls } from "../server/rig.js";
import { envelope, parseEnvelopes } from "../support/frames.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { FeedHost } from "./feed-host.js";
import { encoded, FeedReader, follow, textIn } from "./feeds.js";
import { probePath, thing } from "./probe.js";
import { type Wire, wires } from "./wire.js";

/** Streams on connections that are not as clients of today make them. */

const wire: Wire = { protocol: "connect", codec: "json", http: "h1" };

function post(rpc: string, { version = "1.1", headers = "", text = "" } = {}): Buffer {
  const body = envelope(encoded(wire, text));
  const head =
    `POST ${probePath(rpc)} HTTP/${version}\r\nhost: t\r\n` +
    `content-type: application/connect+json\r\ncontent-length: ${body.length}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function dial(host: FeedHost, first: Buffer): ClientSocket {
  return new ClientSocket(net.connect({ port: host.port("h1"), host: "127.0.0.1" }), first);
}

test("a request in the pipeline behind a stream is answered when that is over", async () => {
  await using host = await FeedHost.start("listen");
  const echo = `POST ${probePath("Echo")} HTTP/1.1\r\nhost: t\r\n`;
  const unary = `${echo}content-type: application/json\r\ncontent-length: 16\r\n\r\n{"text":"hello"}`;
  const socket = dial(
    host,
    Buffer.concat([
      post("Single", { headers: "connect-timeout-ms: 500\r\n" }),
      Buffer.from(unary),
      post("Keyed", { text: "k" }),
    ]),
  );
  await host.subscribed("single", 1);
  await host.subscribed("keyed", 1);
  await host.feeds.single(thing({ text: "one" }));
  await host.feeds.keyed(thing({ text: "k" }), thing({ text: "two" }));
  await socket.until(({ text }) => text.includes('"two"'));
  await host.feeds.keyed(thing({ text: "k" }), thing({ text: "three" }));
  await socket.until(({ text }) => text.includes('"three"'));
  const order = ['"one"', "deadline_exceeded", '"hello"', '"two"', '"three"'];
  const places = order.map((part) => socket.text.indexOf(part));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(socket.text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
  socket.raw.destroy();
  await host.subscribed("keyed", 0);
});

test("a client of HTTP/1.0 reads to the end of the connection", async () => {
  await using host = await FeedHost.start("listen");
  const socket = dial(
    host,
    post("Single", { version: "1.0", headers: "connect-timeout-ms: 400\r\n" }),
  );
  await host.subscribed("single", 1);
  for (const text of ["one", "two"]) await host.feeds.single(thing({ text }));
  await socket.closed;
  const headEnd = socket.text.indexOf("\r\n\r\n");
  expect(socket.text.slice(0, headEnd).toLowerCase()).not.toContain("transfer-encoding");
  const envelopes = parseEnvelopes(socket.received.subarray(headEnd + 4));
  expect(envelopes.map(({ flags }) => flags)).toEqual([0, 0, 2]);
  expect(envelopes.slice(0, 2).map(({ data }) => textIn(wire, data))).toEqual(["one", "two"]);
});

test("over TLS", async () => {
  await using host = await FeedHost.start("listen", {}, { tls: testTls });
  const trusting = { ca: testTls.cert, servername: "localhost" };
  await using secure = rawHttp2(host.url("h2"), trusting);
  const h2 = follow(secure, { ...wire, http: "h2" }, "Keyed", { text: "k" });
  const request = tlsConnect({ port: host.port("h1"), host: "127.0.0.1", ...trusting });
  const h1 = new ClientSocket(request, post("Keyed", { text: "k" }));
  await host.subscribed("keyed", 2);
  await host.feeds.keyed(thing({ text: "k" }), thing({ text: "one" }));
  await h1.until(({ text }) => text.includes('"one"'));
  expect(await new FeedReader({ ...wire, http: "h2" }, await h2.answer).take(1)).toEqual(["one"]);
  h1.raw.destroy();
  h2.leave();
  await host.subscribed("keyed", 0);
});

test("a connection goes on after a stream that was refused", async () => {
  await using host = await FeedHost.start("listen");
  const first = follow(host.client("h1"), wire, "Single");
  await host.subscribed("single", 1);
  await using one = rawHttp1(host.url("h1"), "one");
  for (let n = 0; n < 20; n++) {
    const call = follow(one, wire, "Single");
    const { body } = await (await call.answer).rest();
    expect(body.toString()).toContain("resource_exhausted");
  }
  first.leave();
});

test.each(wires.filter(({ protocol, http }) => protocol !== "grpc" || http === "h2"))(
  "$protocol $codec over $http: pages of other origins may read",
  async (wire) => {
    await using host = await FeedHost.start(
      "listen",
      {},
      { cors: { origins: ["https://a.example"], credentials: true } },
    );
    const origins = ["https://a.example", "https://b.example"];
    const [allowed, denied] = await Promise.all(
      origins.map(async (origin) => {
        const call = follow(host.client(wire.http), wire, "Keyed", { headers: { origin } });
        return (await call.answer).headers;
      }),
    );
    expect(allowed).toMatchObject({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
    expect(allowed!["access-control-expose-headers"]?.toLowerCase()).toContain("grpc-status");
    expect(denied).not.toHaveProperty("access-control-allow-origin");
    expect(denied!.vary).toBe("Origin");
  },
);

test("middleware that compresses answers is not bypassed", async () => {
  await using host = await FeedHost.start("embedded");
  const handler = host.app.nodeHandler();
  const server = http.createServer((request, response) => {
    compressing(response);
    handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using client = rawHttp1(`http://127.0.0.1:${port}`);
  const key = thing({ text: "k" });
  await host.feeds.keyed(key, thing({ text: "one" }));
  const call = follow(client, wire, "Keyed", { text: "k" });
  const answer = await call.answer;
  expect(answer.headers["content-encoding"]).toBe("gzip");
  const gunzip = zlib.createGunzip();
  const reader = new FeedReader(wire, { ...answer, body: answer.body.pipe(gunzip) });
  expect(await reader.take(1)).toEqual(["one"]);
  await host.feeds.keyed(key, thing({ text: "two" }));
  expect(await reader.take(1)).toEqual(["two"]);
  call.leave();
  await host.subscribed("keyed", 0);
  server.close();
});

/** What the package "compression" does to a response. */
function compressing(response: http.ServerResponse): void {
  const gzip = zlib.createGzip();
  const { write, end } = response;
  gzip.on("data", (chunk) => write.call(response, chunk, "utf8"));
  gzip.on("end", () => end.call(response, undefined, "utf8"));
  response.setHeader("content-encoding", "gzip");
  Object.assign(response, {
    write: (chunk: Uint8Array) => gzip.write(chunk),
    end: (chunk?: Uint8Array) => gzip.end(chunk),
    flush: () => gzip.flush(),
  });
}

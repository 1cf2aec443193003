import { describe, expect, test } from "vitest";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import { answerOf, openStream } from "./asking.js";
import {
  continuation,
  field,
  frameType,
  lastRemembered,
  parseFrames,
  preface,
  request,
  settings,
  settingsAck,
  unfinishedRequest,
} from "./h2-frames.js";
import { protocols, Rig, transports } from "./rig.js";

/** Counts what reaches it. */
function counting() {
  const seen: string[] = [];
  const handler: NodeHandler = (request, response) => {
    seen.push(request.url ?? "");
    response.end(String(request.rawHeaders.length / 2));
  };
  return { seen, handler };
}

describe.each(transports)("over $transport", ({ tls }) => {
  test.each(protocols)("%s: 15 KiB of headers pass", async (protocol) => {
    await using rig = await Rig.start(counting().handler, { tls });
    const answer = await rig.ask(protocol, { headers: { bomb: "x".repeat(15 * 1024) } });
    expect(answer.status).toBe(200);
  });

  test.each(protocols)("%s: 300 headers pass, none is dropped", async (protocol) => {
    await using rig = await Rig.start(counting().handler, { tls });
    const headers = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`h${n}`, "v"]));
    const answer = await rig.ask(protocol, { headers });
    expect(Number(answer.body)).toBeGreaterThanOrEqual(300);
  });

  test("HTTP/1.1: 17 KiB get 431, and others are served", async () => {
    const { seen, handler } = counting();
    await using rig = await Rig.start(handler, { tls });
    const answer = await rig.ask("http1", { headers: { bomb: "x".repeat(17 * 1024) } });
    expect(answer.status).toBe(431);
    expect(seen).toEqual([]);
    expect((await rig.ask("http1")).status).toBe(200);
  });

  test("HTTP/2: 17 KiB are refused, and the session goes on", async () => {
    const { seen, handler } = counting();
    await using rig = await Rig.start(handler, { tls });
    const session = rig.session();
    // The first answer proves that this client knows the limit.
    expect((await answerOf(openStream(session))).status).toBe(200);
    const headers = { bomb: "x".repeat(17 * 1024) };
    await expect(answerOf(openStream(session, { path: "/bomb", headers }))).rejects.toThrow(
      "NGHTTP2_ENHANCE_YOUR_CALM",
    );
    expect((await answerOf(openStream(session))).status).toBe(200);
    expect(seen).toEqual(["/", "/"]);
  });

  test("HTTP/2: a first request with 17 KiB, before the limit is known, gets 431", async () => {
    const { seen, handler } = counting();
    await using rig = await Rig.start(handler, { tls });
    const session = rig.session();
    const headers = { bomb: "x".repeat(17 * 1024) };
    const answer = await answerOf(openStream(session, { path: "/bomb", headers }));
    expect(answer.status).toBe(431);
    expect((await answerOf(openStream(session))).status).toBe(200);
    expect(seen).toEqual(["/"]);
  });
});

test("HTTP/1.1: an endless header is cut off with 431", async () => {
  await using rig = await Rig.start(counting().handler);
  const socket = rig.socket("GET / HTTP/1.1\r\nHost: t\r\n");
  const line = `h: ${"x".repeat(1000)}\r\n`;
  const timer = setInterval(() => socket.raw.write(line), 1);
  await socket.closed;
  clearInterval(timer);
  expect(socket.text).toMatch(/^HTTP\/1\.1 431 /);
});

test("HTTP/1.1: an endless request line is cut off with 431", async () => {
  await using rig = await Rig.start(counting().handler);
  const socket = rig.socket(`GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: t\r\n\r\n`);
  await socket.closed;
  expect(socket.text).toMatch(/^HTTP\/1\.1 431 /);
});

describe.each([
  { client: "acknowledges the limit", greeting: Buffer.concat([preface, settings(), settingsAck]) },
  { client: "never acknowledges the limit", greeting: Buffer.concat([preface, settings()]) },
])("a client that $client", ({ greeting }) => {
  test("cannot blow up one compressed field into many (HPACK bomb)", async () => {
    const { seen, handler } = counting();
    await using rig = await Rig.start(handler);
    const other = rig.asker("http2");
    await other();
    const socket = rig.socket(greeting);
    // 400 bytes that stand for 1.6 MB.
    const bomb = [field("b", "x".repeat(4_000), true), ...Array(400).fill(lastRemembered)];
    const bombs = 20;
    for (let n = 0; n < bombs; n++) socket.raw.write(request(2 * n + 1, ...bomb));
    await socket.until(({ received }) => finishedStreams(received).size === bombs);
    expect((await other()).status).toBe(200);
    expect(seen).toEqual(["/", "/"]);
  });

  test("cannot send a header without end (CONTINUATION flood)", async () => {
    const { seen, handler } = counting();
    await using rig = await Rig.start(handler);
    const other = rig.asker("http2");
    await other();
    const socket = rig.socket(Buffer.concat([greeting, unfinishedRequest(1)]));
    const more = continuation(1, field("c", "x".repeat(8_000)));
    const timer = setInterval(() => socket.raw.write(more), 1);
    await socket.closed;
    clearInterval(timer);
    expect(socket.raw.bytesWritten).toBeLessThan(1024 * 1024);
    expect((await other()).status).toBe(200);
    expect(seen).toEqual(["/", "/"]);
  });

  test("cannot hold a connection with empty continuations", async () => {
    await using rig = await Rig.start(counting().handler);
    const socket = rig.socket(Buffer.concat([greeting, unfinishedRequest(1)]));
    const more = continuation(1, Buffer.alloc(0));
    const timer = setInterval(() => socket.raw.write(more), 1);
    await socket.closed;
    clearInterval(timer);
  });
});

/** The streams that were reset or answered. */
function finishedStreams(received: Buffer): Set<number> {
  const ends: readonly number[] = [frameType.rstStream, frameType.headers];
  const frames = parseFrames(received).filter(({ type }) => ends.includes(type));
  return new Set(frames.map(({ stream }) => stream));
}

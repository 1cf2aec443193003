import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ClientHttp2Stream } from "node:http2";
import { describe, expect, test } from "vitest";
import { answerOf, collect, openStream } from "./asking.js";
import { frameType, parseFrames, preface, settings, settingsAck } from "./h2-frames.js";
import { noHandlesBut, protocols, Rig, transports } from "./rig.js";

/** A handler whose answers the test gives by hand. */
function byHand() {
  const waiting: ServerResponse[] = [];
  return {
    waiting,
    handler: (_: unknown, response: unknown) => {
      waiting.push(response as ServerResponse);
    },
    /** The next request that arrives. */
    async next(): Promise<ServerResponse> {
      await expect.poll(() => waiting.length, { interval: 2 }).toBeGreaterThan(0);
      return waiting.shift() as ServerResponse;
    },
  };
}

const get = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";

describe.each(transports)("over $transport", ({ tls }) => {
  test.each(protocols)("%s: an answer in the making is finished first", async (protocol) => {
    const hand = byHand();
    await using rig = await Rig.start(hand.handler, { tls });
    const answer = rig.ask(protocol);
    const response = await hand.next();
    let done = false;
    const closed = rig.server.close().then(() => {
      done = true;
    });

    await expect(rig.ask("http1")).rejects.toThrow("ECONNREFUSED");
    expect(done).toBe(false);

    response.end("late but whole");
    const { body, headers } = await answer;
    expect(body.toString()).toBe("late but whole");
    if (protocol === "http1") expect(headers.connection).toBe("close");
    await closed;
    expect(rig.server.connections).toBe(0);
    expect(rig.server.counters.forcedConnections).toBe(0);
    await noHandlesBut([]);
  });

  test.each(protocols)("%s: a stream that has begun goes on to its end", async (protocol) => {
    const hand = byHand();
    await using rig = await Rig.start(hand.handler, { tls });
    const answer = rig.ask(protocol);
    const response = await hand.next();
    response.writeHead(200);
    response.write("one ");
    const closed = rig.server.close();
    await new Promise(setImmediate);
    response.write("two ");
    response.end("three");
    expect((await answer).body.toString()).toBe("one two three");
    // At once, and not when the keep-alive time is over.
    await closed;
    expect(rig.server.counters.forcedConnections).toBe(0);
  });

  test.each(protocols)("%s: idle connections are closed at once", async (protocol) => {
    await using rig = await Rig.start((_, response) => void response.end("ok"), { tls });
    await rig.ask(protocol);
    expect(rig.server.connections).toBe(1);
    await rig.server.close();
    expect(rig.server.counters.forcedConnections).toBe(0);
    await noHandlesBut([]);
  });

  test.each(protocols)("%s: what outlives the grace period is cut off", async (protocol) => {
    const hand = byHand();
    await using rig = await Rig.start(hand.handler, { tls });
    const answer = rig.ask(protocol);
    answer.catch(() => {});
    const response = await hand.next();
    response.writeHead(200);
    response.write("and then ");
    const gone = once(response, "close");
    await rig.server.close({ graceMs: 50 });
    await gone;
    await expect(answer).rejects.toThrow();
    expect(rig.server.counters.forcedConnections).toBe(1);
    await noHandlesBut([]);
  });

  test("connections that have not shown a protocol are closed at once", async () => {
    await using rig = await Rig.start((_, response) => void response.end("ok"), { tls });
    const arriving = ["", "P", "\x16\x03\x01"].map((bytes) => rig.socket(bytes));
    await rig.ask("http1");
    await rig.ask("http2");
    await expect.poll(() => rig.server.connections).toBe(tls ? 5 : 4);
    await rig.server.close();
    for (const socket of arriving) await socket.closed;
    expect(rig.server.counters.forcedConnections).toBe(0);
  });
});

test("HTTP/1.1: all idle connections go while one is busy, and then that one", async () => {
  const hand = byHand();
  await using rig = await Rig.start(hand.handler);
  const asking = Array.from({ length: 5 }, () => rig.ask("http1"));
  for (let n = 0; n < 4; n++) (await hand.next()).end("early");
  await expect.poll(() => hand.waiting.length).toBe(1);
  const last = await hand.next();
  const closed = rig.server.close();
  await expect.poll(() => rig.server.connections).toBe(1);
  last.end("late");
  await closed;
  expect((await Promise.all(asking)).map(({ body }) => body.length).sort()).toEqual([
    4, 5, 5, 5, 5,
  ]);
});

test("HTTP/1.1: a pipelined request that has arrived is answered too", async () => {
  const hand = byHand();
  await using rig = await Rig.start(hand.handler);
  const socket = rig.socket(get + get);
  const first = await hand.next();
  const second = await hand.next();
  first.writeHead(200);
  first.write("1");
  const closed = rig.server.close();
  first.end();
  second.end("second");
  await Promise.all([closed, socket.closed]);
  expect(socket.text.match(/second/g)).toHaveLength(1);
});

test("HTTP/2: clients get GOAWAY, and new streams are not opened", async () => {
  const hand = byHand();
  await using rig = await Rig.start(hand.handler);
  const session = rig.session();
  const first = answerOf(openStream(session));
  const response = await hand.next();
  const goaway = once(session, "goaway");
  const closed = rig.server.close();
  expect((await goaway)[0]).toBe(0);
  // Node 20 throws, Node 24 fails the stream.
  await expect((async () => answerOf(openStream(session)))()).rejects.toThrow();
  response.end("ok");
  expect((await first).status).toBe(200);
  await closed;
});

test("HTTP/2: unary and streaming calls of one session all finish", async () => {
  const hand = byHand();
  await using rig = await Rig.start(hand.handler);
  const session = rig.session();
  const streams: ClientHttp2Stream[] = [];
  for (let n = 0; n < 50; n++) streams.push(openStream(session));
  const answers = streams.map((stream) => answerOf(stream));
  await expect.poll(() => hand.waiting.length).toBe(50);
  const closed = rig.server.close();
  hand.waiting.forEach((response, n) => {
    response.writeHead(200);
    setImmediate(() => response.end("x".repeat(n)));
  });
  expect((await Promise.all(answers)).map(({ body }) => body.length)).toEqual([
    ...Array(50).keys(),
  ]);
  await closed;
  expect(rig.server.counters.forcedConnections).toBe(0);
});

test("HTTP/2: a client that does not leave is cut off at the deadline", async () => {
  await using rig = await Rig.start((_, response) => void response.end("ok"));
  const socket = rig.socket(Buffer.concat([preface, settings(), settingsAck]));
  socket.raw.allowHalfOpen = true;
  await socket.until(({ received }) => received.length > 0);
  await rig.server.close({ graceMs: 50 });
  expect(parseFrames(socket.received).some(({ type }) => type === frameType.goaway)).toBe(true);
  expect(rig.server.counters.forcedConnections).toBe(1);
});

test("a body that is still coming in is taken to its end", async () => {
  let begun = false;
  await using rig = await Rig.start((request, response) => {
    begun = true;
    collect(request).then((body) => response.end(String(body.length)));
  });
  const socket = rig.socket("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab");
  await expect.poll(() => begun).toBe(true);
  const closed = rig.server.close();
  socket.raw.write("cd");
  await Promise.all([closed, socket.closed]);
  expect(socket.text).toMatch(/connection: close/i);
  expect(socket.text).toMatch(/4$/);
});

test("closing again returns the same promise, whatever it asks", async () => {
  const hand = byHand();
  await using rig = await Rig.start(hand.handler);
  const answer = rig.ask("http1");
  const response = await hand.next();
  const first = rig.server.close({ graceMs: 5_000 });
  expect(rig.server.close({ graceMs: 0 })).toBe(first);
  response.end("ok");
  expect((await answer).status).toBe(200);
  await first;
  expect(rig.server.close()).toBe(first);
});

test("a server is closed when its scope ends", async () => {
  let port = 0;
  {
    await using rig = await Rig.start((_, response) => void response.end("ok"));
    await using server = rig.server;
    port = server.port;
    expect((await rig.ask("http2")).status).toBe(200);
  }
  await using again = await Rig.start((_, response) => void response.end("ok"), { port });
  expect((await again.ask("http1")).status).toBe(200);
});

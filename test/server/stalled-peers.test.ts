import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import { answerOf, collect, openStream } from "./asking.js";
import {
  frameType,
  parseFrames,
  pingFrame,
  preface,
  request,
  settings,
  settingsAck,
  unfinishedRequest,
  windowUpdate,
} from "./h2-frames.js";
import { protocols, Rig, testTls, transports } from "./rig.js";

const answering: NodeHandler = (request, response) => {
  collect(request).then(
    () => response.end("ok"),
    () => {},
  );
};

/** Answers never, except that it says so. */
const holding: NodeHandler = (_, response) => {
  (response as ServerResponse).writeHead(200).flushHeaders?.();
};

const greeting = Buffer.concat([preface, settings(), settingsAck]);

/** With windows (setting 4 is that of a stream) that never stop the server from sending. */
const wideGreeting = Buffer.concat([
  preface,
  settings({ 4: 2 ** 31 - 1 }),
  settingsAck,
  windowUpdate(0, 2 ** 30),
]);

describe.concurrent("headersTimeoutMs", () => {
  const limits = { headersTimeoutMs: 250 };

  test.each(["", "P", "PRI * HTTP/2.0\r\n"])(
    "a client that stops after %j, before its protocol is known, is cut off",
    async (bytes) => {
      await using rig = await Rig.start(answering, { limits });
      await rig.socket(bytes).closed;
      expect(rig.server.counters.stalledConnections).toBe(1);
      await expect.poll(() => rig.server.connections).toBe(0);
    },
  );

  test("a client that sends a header forever, a byte at a time, is cut off with 408", async () => {
    await using rig = await Rig.start(answering, { limits });
    const socket = rig.socket("GET / HTTP/1.1\r\nHost: t\r\nslow: ");
    const timer = setInterval(() => socket.raw.write("x"), 5);
    await socket.closed;
    clearInterval(timer);
    await expect.poll(() => rig.server.connections).toBe(0);
    // A byte that is on its way when the server closes makes TCP reset the connection, and a reset
    // takes from the client what it has not read yet.
    expect(socket.text).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test("a second request on a connection has the same deadline", async () => {
    await using rig = await Rig.start(answering, { limits });
    const socket = rig.socket("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    await socket.until(({ text }) => text.includes("ok"));
    socket.raw.write("GET / HTTP/1.1\r\nHost: t\r\n");
    await socket.closed;
    expect(socket.text).toContain("HTTP/1.1 408 ");
  });

  test("a client that does not finish the TLS handshake is cut off", async () => {
    await using rig = await Rig.start(answering, { limits, tls: testTls });
    await Promise.all([rig.socket().closed, rig.socket(Buffer.from("16030100f501", "hex")).closed]);
    await expect.poll(() => rig.server.connections).toBe(0);
  });

  test("over TLS, a client that never finishes its header gets 408", async () => {
    await using rig = await Rig.start(answering, { limits, tls: testTls });
    const socket = rig.tlsSocket(["http/1.1"], "GET / HTTP/1.1\r\nHost: t\r\n");
    await socket.closed;
    expect(socket.text).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each(transports)(
    "an HTTP/2 client that never acknowledges the settings is cut off over $transport",
    async ({ tls }) => {
      await using rig = await Rig.start(answering, { limits, tls });
      const bytes = Buffer.concat([preface, settings(), request(1)]);
      const socket = tls ? rig.tlsSocket(["h2"], bytes) : rig.socket(bytes);
      await socket.until(({ text }) => text.includes("ok"));
      await socket.closed;
      expect(rig.server.counters.stalledConnections).toBe(1);
    },
  );

  test.each(protocols)("%s: does not limit how long a body takes", async (protocol) => {
    await using rig = await Rig.start(answering, { limits: { headersTimeoutMs: 40 } });
    const begun = Date.now();
    async function* slowly() {
      while (Date.now() - begun < 300) {
        yield "x";
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    const answer = await rig.ask(protocol, { method: "POST", body: slowly() });
    expect(answer.status).toBe(200);
  });
});

describe.concurrent("keepAliveTimeoutMs", () => {
  const limits = { keepAliveTimeoutMs: 60, pingIntervalMs: 50 };

  test("an idle HTTP/1.1 connection is closed", async () => {
    await using rig = await Rig.start(answering, { limits });
    const socket = rig.socket("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    await socket.until(({ text }) => text.includes("ok"));
    // Node waits for one second more, so that the client is the one who closes.
    await socket.closed;
  });

  test.each(transports)(
    "an idle HTTP/2 session is told to leave, and counted over $transport",
    async ({ tls }) => {
      await using rig = await Rig.start(answering, { limits, tls });
      const session = rig.session();
      const [code] = await once(session, "goaway");
      expect(code).toBe(0);
      await expect.poll(() => rig.server.connections).toBe(0);
      expect(rig.server.counters.idleSessions).toBe(1);
    },
  );

  test("an HTTP/2 session with an open stream stays, and leaves after its end", async () => {
    let response: ServerResponse | undefined;
    await using rig = await Rig.start(
      (_, held) => {
        response = held as ServerResponse;
        response.writeHead(200);
        response.write("x");
      },
      { limits },
    );
    const session = rig.session();
    const answer = answerOf(openStream(session));
    // Three pings take longer than the idle time.
    for (let n = 0; n < 3; n++) await once(session, "ping");
    response?.end("y");
    expect((await answer).body.toString()).toBe("xy");
    await once(session, "goaway");
    await expect.poll(() => rig.server.connections).toBe(0);
  });

  test("a session in use is not idle", async () => {
    await using rig = await Rig.start(answering, { limits: { keepAliveTimeoutMs: 300 } });
    const session = rig.session();
    const begun = Date.now();
    while (Date.now() - begun < 700) {
      expect((await answerOf(openStream(session))).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(rig.server.counters.idleSessions).toBe(0);
  });

  test("an idle peer that ignores the farewell is cut off", async () => {
    await using rig = await Rig.start(answering, { limits });
    const socket = rig.socket(greeting);
    socket.raw.allowHalfOpen = true;
    await expect.poll(() => rig.server.counters.idleSessions).toBe(1);
    await expect.poll(() => rig.server.connections).toBe(0);
    expect(socket.raw.destroyed).toBe(false);
  });
});

describe.concurrent("pingIntervalMs and pingTimeoutMs", () => {
  const limits = { pingIntervalMs: 40, pingTimeoutMs: 60 };

  test.each(transports)(
    "a peer that answers lives on, with and without streams over $transport",
    async ({ tls }) => {
      const patient = { ...limits, pingTimeoutMs: 2_000 };
      await using rig = await Rig.start(holding, { limits: patient, tls });
      const idle = rig.session();
      const busy = rig.session();
      openStream(busy).on("error", () => {});
      for (let n = 0; n < 6; n++) await Promise.all([once(idle, "ping"), once(busy, "ping")]);
      expect(rig.server.connections).toBe(2);
      expect(rig.server.counters.deadConnections).toBe(0);
    },
  );

  test.each(transports)(
    "a peer that leaves a PING unanswered is cut off, and its streams end over $transport",
    async ({ tls }) => {
      let ended = 0;
      await using rig = await Rig.start(
        (_, response) => {
          (response as ServerResponse).on("close", () => ended++);
          response.writeHead(200);
        },
        { limits, tls },
      );
      const bytes = Buffer.concat([greeting, request(1), request(3)]);
      const socket = tls ? rig.tlsSocket(["h2"], bytes) : rig.socket(bytes);
      await socket.closed;
      const pings = parseFrames(socket.received).filter(({ type }) => type === frameType.ping);
      expect(pings.length).toBe(1);
      await expect.poll(() => ended).toBe(2);
      expect(rig.server.counters.deadConnections).toBe(1);
    },
  );

  test("a peer that takes nothing is cut off with megabytes still to send", async () => {
    let ended = false;
    await using rig = await Rig.start(
      (_, nodeResponse) => {
        const response = nodeResponse as ServerResponse;
        response.on("close", () => {
          ended = true;
        });
        response.end(Buffer.alloc(64 * 1024 * 1024));
      },
      { limits },
    );
    const socket = rig.socket(Buffer.concat([wideGreeting, request(1)]));
    await socket.until(({ received }) => received.length > 100_000);
    socket.raw.pause();
    await expect.poll(() => rig.server.connections, { timeout: 5_000 }).toBe(0);
    expect(rig.server.counters.deadConnections).toBe(1);
    await expect.poll(() => ended).toBe(true);
  });

  test("a peer whose answer is late lives as long as anything comes from it", async () => {
    const patient = { pingIntervalMs: 40, pingTimeoutMs: 300 };
    await using rig = await Rig.start(answering, { limits: patient });
    const socket = rig.socket(greeting);
    const timer = setInterval(() => socket.raw.write(pingFrame), 20);
    const answered = ({ received }: { received: Buffer }) =>
      parseFrames(received).filter(({ type, flags }) => type === frameType.ping && flags === 1);
    await socket.until((client) => answered(client).length > 25);
    expect(rig.server.connections).toBe(1);
    clearInterval(timer);
    await socket.closed;
    expect(rig.server.counters.deadConnections).toBe(1);
  });

  test("an HTTP/2 header that is never finished ends its connection", async () => {
    await using rig = await Rig.start(answering, { limits });
    await rig.socket(Buffer.concat([greeting, unfinishedRequest(1)])).closed;
    expect(rig.server.counters.deadConnections).toBe(1);
  });
});

test.each(transports)(
  "a peer that takes its answer slowly is not dead, over $transport",
  async ({ tls }) => {
    const limits = { pingIntervalMs: 40, pingTimeoutMs: 300 };
    const answer = Buffer.alloc(40 * 1024 * 1024);
    await using rig = await Rig.start((_, response) => void response.end(answer), {
      limits,
      tls,
    });
    const bytes = Buffer.concat([wideGreeting, request(1)]);
    const { raw } = tls ? rig.tlsSocket(["h2"], bytes) : rig.socket(bytes);
    const begun = Date.now();
    const taken = await takeSlowly(raw, answer.length);
    expect(taken).toBeGreaterThan(answer.length);
    // Long enough to be taken for dead, had only the answer to the PING counted.
    expect(Date.now() - begun).toBeGreaterThan(limits.pingIntervalMs + limits.pingTimeoutMs);
    expect(rig.server.counters.deadConnections).toBe(0);
  },
);

/** Reads `atLeast` bytes with a break after each 64 KiB; resolves with what came before the end. */
function takeSlowly(socket: Socket, atLeast: number): Promise<number> {
  return new Promise((resolve) => {
    let taken = 0;
    let paused = 0;
    socket.on("close", () => resolve(taken));
    socket.on("data", (chunk: Buffer) => {
      taken += chunk.length;
      if (taken > atLeast) resolve(taken);
      if (taken - paused < 64 * 1024) return;
      paused = taken;
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
  });
}

import type { ServerResponse } from "node:http";
import { constants } from "node:http2";
import { describe, expect, test } from "vitest";
import { resolveLimits } from "../../src/rpc/server/limits.js";
import type { NodeHandler, NodeResponse } from "../../src/rpc/server/node-handler.js";
import { startServer } from "../../src/rpc/server/server.js";
import { answerOf, openStream } from "./asking.js";
import { preface, request, settings, settingsAck } from "./h2-frames.js";
import { networkHandles, noHandlesBut, protocols, Rig } from "./rig.js";

const answering: NodeHandler = (_, response) => {
  response.end("ok");
};

/** Begins every answer with `first` and leaves it open. */
function holding(first: string | Buffer) {
  const held: NodeResponse[] = [];
  const closed: NodeResponse[] = [];
  const handler: NodeHandler = (_, nodeResponse) => {
    const response = nodeResponse as ServerResponse;
    response.on("close", () => closed.push(response));
    response.writeHead(200);
    response.write(first);
    held.push(response);
  };
  return { held, closed, handler };
}

describe("the values", () => {
  test("have documented defaults", () => {
    expect(resolveLimits()).toEqual({
      maxConnections: 10_000,
      maxHeaderBytes: 16_384,
      headersTimeoutMs: 10_000,
      keepAliveTimeoutMs: 65_000,
      maxStreamsPerConnection: 1_000,
      maxSessionMemoryMb: 100,
      pingIntervalMs: 30_000,
      pingTimeoutMs: 20_000,
    });
  });

  test("an undefined one is left at its default", () => {
    expect(resolveLimits({ maxConnections: undefined }).maxConnections).toBe(10_000);
  });

  test("the session memory follows the number of streams", () => {
    expect(resolveLimits({ maxStreamsPerConnection: 10_000 }).maxSessionMemoryMb).toBe(1_000);
    expect(resolveLimits({ maxStreamsPerConnection: 10 }).maxSessionMemoryMb).toBe(64);
  });

  test("bad ones are reported together", async () => {
    const limits = { maxConnections: 0, pingIntervalMs: 1.5, maxHeaderBytes: "1", keepAlive: 3 };
    const before = networkHandles();
    const error = await startServer({ handler: answering, limits: limits as object }).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: "server_limits_invalid" });
    expect(String(error)).toContain("maxConnections must be a whole number from 1 to");
    expect(String(error)).toContain(
      "pingIntervalMs must be a whole number from 1 to 2147483647, not 1.5",
    );
    expect(String(error)).toContain("maxHeaderBytes");
    expect(String(error)).toContain("keepAlive is not a limit (known: maxConnections,");
    await noHandlesBut(before);
  });

  test("a session memory too small for the streams is refused", () => {
    expect(() =>
      resolveLimits({ maxSessionMemoryMb: 10, maxStreamsPerConnection: 20_000 }),
    ).toThrow("20000 streams (maxStreamsPerConnection) need at least 40");
  });
});

describe("maxConnections", () => {
  test("further connections are closed and counted; room is given again", async () => {
    await using rig = await Rig.start(answering, { limits: { maxConnections: 2 } });
    const first = rig.asker("http1");
    const second = rig.asker("http2");
    await Promise.all([first(), second()]);

    await rig.socket("GET / HTTP/1.1\r\nHost: t\r\n\r\n").closed;
    await expect(rig.ask("http1")).rejects.toThrow();
    expect(rig.server.counters.refusedConnections).toBe(2);
    expect(rig.server.connections).toBe(2);
    expect((await first()).status).toBe(200);

    const leaving = rig.socket("P");
    await leaving.closed;
    expect((await second()).status).toBe(200);
  });

  test("connections that have shown no protocol count too, until they are gone", async () => {
    await using rig = await Rig.start(answering, { limits: { maxConnections: 1 } });
    const silent = rig.socket();
    await expect.poll(() => rig.server.connections).toBe(1);
    await rig.socket().closed;
    silent.raw.destroy();
    await expect.poll(() => rig.server.connections).toBe(0);
    expect((await rig.ask("http1")).status).toBe(200);
  });
});

describe("maxStreamsPerConnection", () => {
  test("a client with ten times as many requests has that many open at once, and all are answered", async () => {
    let open = 0;
    let most = 0;
    await using rig = await Rig.start(
      (_, response) => {
        most = Math.max(most, ++open);
        setImmediate(() => {
          open--;
          response.end("ok");
        });
      },
      { limits: { maxStreamsPerConnection: 300 } },
    );
    const session = rig.session();
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    const answers = await Promise.all(
      Array.from({ length: 3_000 }, () => answerOf(openStream(session))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(most).toBe(300);
    expect(session.destroyed).toBe(false);
  });

  test("a client that opens 10,000 streams regardless is refused the rest and hurts no other", async () => {
    const { held, closed, handler } = holding("x");
    await using rig = await Rig.start((request, response) => {
      const answer = request.url === "/" ? handler : answering;
      answer(request, response);
    });
    const other = rig.asker("http2");
    const hostile = rig.socket(Buffer.concat([preface, settings(), settingsAck]));
    for (let n = 0; n < 10_000; n++) hostile.raw.write(request(2 * n + 1));
    for (const protocol of protocols) {
      expect((await rig.ask(protocol, { path: "/other" })).status).toBe(200);
    }
    // Refused streams are invalid frames, and Node ends a session after 1,000 of those.
    await hostile.closed;
    expect(held.length).toBe(1_000);
    await expect.poll(() => closed.length).toBe(1_000);
    expect((await other({ path: "/other" })).status).toBe(200);
  });

  test("1,000 open streams with 64 KiB queued each leave room for more requests", async () => {
    const { held, closed, handler } = holding(Buffer.alloc(64 * 1024));
    await using rig = await Rig.start(handler);
    // A window of nothing: all of it stays queued in the server.
    const session = rig.session({ settings: { initialWindowSize: 0 } });
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    const streams = Array.from({ length: 1_000 }, () => openStream(session));
    for (const stream of streams) stream.on("error", () => {});
    await expect.poll(() => held.length).toBe(1_000);
    streams[0]?.close(constants.NGHTTP2_CANCEL);
    // Node counts the stream until it is closed in JavaScript too.
    await expect.poll(() => closed.length).toBe(1);
    const late = openStream(session);
    late.on("error", () => {});
    await expect.poll(() => held.length).toBe(1_001);
    expect(session.destroyed).toBe(false);
    expect(streams.filter(({ destroyed }) => destroyed).length).toBe(1);
  });
});

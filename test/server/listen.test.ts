import net from "node:net";
import { describe, expect, test } from "vitest";
import { startServer } from "../../src/rpc/server/server.js";
import { networkHandles, noHandlesBut, protocols, Rig, testTls } from "./rig.js";

const handler = (_: unknown, response: unknown) => {
  (response as { end(text: string): void }).end("ok");
};

describe("a server that cannot start says why and leaves nothing behind", () => {
  test("because the port is taken", async () => {
    await using rig = await Rig.start(handler);
    const { port } = rig.server;
    const before = networkHandles();
    const error = await startServer({ handler, port }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "server_listen_failed",
      message: `cannot listen on 127.0.0.1 port ${port}: the port is in use by another server`,
    });
    expect((error as Error).cause).toMatchObject({ code: "EADDRINUSE" });
    await noHandlesBut(before);
    expect((await rig.ask("http1")).status).toBe(200);
  });

  test.each([
    [{ port: 65_536 }, "the port must be a number from 0 to 65535"],
    [{ port: -1 }, "the port must be a number from 0 to 65535"],
    [{ port: Number.NaN }, "the port must be a number from 0 to 65535"],
    [{ host: "192.0.2.1" }, "this machine has no such address"],
    [{ tls: { key: "nonsense", cert: testTls.cert } }, "cannot use the TLS key or certificate"],
    [{ tls: { key: testTls.key, cert: "nonsense" } }, "cannot use the TLS key or certificate"],
  ])("because of %o", async (options, reason) => {
    const before = networkHandles();
    await expect(startServer({ handler, ...options })).rejects.toThrow(reason);
    await noHandlesBut(before);
  });

  test("and the port can be used once it is free", async () => {
    const other = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as net.AddressInfo;
    await expect(startServer({ handler, port })).rejects.toThrow("in use");
    await new Promise((resolve) => other.close(resolve));
    await using rig = await Rig.start(handler, { port });
    expect(rig.server.port).toBe(port);
    for (const protocol of protocols) expect((await rig.ask(protocol)).status).toBe(200);
  });
});

describe("the address", () => {
  test.each([
    [{}, /^http:\/\/127\.0\.0\.1:\d+$/],
    [{ tls: testTls }, /^https:\/\/127\.0\.0\.1:\d+$/],
    [{ host: "::1" }, /^http:\/\/\[::1\]:\d+$/],
    [{ host: "localhost" }, /^http:\/\/localhost:\d+$/],
    [{ host: "0.0.0.0" }, /^http:\/\/localhost:\d+$/],
  ])("of %o is a URL that works", async (options, url) => {
    await using rig = await Rig.start(handler, options);
    expect(rig.server.url).toMatch(url);
    expect(rig.server.url).toContain(String(rig.server.port));
    for (const protocol of protocols) expect((await rig.ask(protocol)).status).toBe(200);
  });

  test("is this machine's own unless asked otherwise", async () => {
    await using rig = await Rig.start(handler);
    expect(rig.server.host).toBe("127.0.0.1");
  });

  test("two servers in one process know nothing of each other", async () => {
    await using one = await Rig.start(handler);
    await using two = await Rig.start(handler, { limits: { maxConnections: 1 } });
    await one.ask("http1");
    await one.ask("http2");
    await two.ask("http2");
    expect([one.server.connections, two.server.connections]).toEqual([2, 1]);
    await two.server.close();
    expect((await one.ask("http1")).status).toBe(200);
  });
});

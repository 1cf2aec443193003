import { once } from "node:events";
import http2, { type Http2ServerResponse } from "node:http2";
import tls from "node:tls";
import { describe, expect, test } from "vitest";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import { collect } from "./asking.js";
import { frameType, parseFrames, preface, request, settings } from "./h2-frames.js";
import { protocols, Rig, testTls, transports } from "./rig.js";

/** Answers with what it saw of the request. */
const describing: NodeHandler = (request, response) => {
  collect(request).then((body) => {
    response.setHeader("content-type", "text/plain");
    response.end(`${request.httpVersion} ${request.method} ${request.url} ${body.length}`);
  });
};

const echoing: NodeHandler = (request, response) => {
  request.pipe(response);
};

const get = "GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

describe.each(transports)("over $transport", ({ tls }) => {
  test("one port answers HTTP/1.1 and HTTP/2 side by side", async () => {
    await using rig = await Rig.start(describing, { tls });
    const answers = await Promise.all(
      [...protocols, ...protocols].map((protocol) =>
        rig.ask(protocol, { method: "POST", path: "/x", body: "abc" }),
      ),
    );
    expect(answers.map(({ body }) => body.toString())).toEqual([
      "1.1 POST /x 3",
      "2.0 POST /x 3",
      "1.1 POST /x 3",
      "2.0 POST /x 3",
    ]);
    expect(rig.server.connections).toBe(4);
  });

  test.each(protocols)("%s keeps its connection from one request to the next", async (protocol) => {
    await using rig = await Rig.start(describing, { tls });
    const ask = rig.asker(protocol);
    for (let i = 0; i < 20; i++) expect((await ask()).status).toBe(200);
    expect(rig.server.connections).toBe(1);
  });

  test.each(protocols)("%s carries large bodies both ways, unchanged", async (protocol) => {
    await using rig = await Rig.start(echoing, { tls });
    const body = Buffer.alloc(8 * 1024 * 1024, "0123456789abcdefg");
    const answer = await rig.ask(protocol, { method: "POST", body });
    expect(answer.body.equals(body)).toBe(true);
  });
});

describe("TLS", () => {
  test.each([
    { offered: ["h2", "http/1.1"], chosen: "h2" },
    { offered: ["http/1.1"], chosen: "http/1.1" },
    { offered: undefined, chosen: false },
  ])("a client that offers $offered gets $chosen", async ({ offered, chosen }) => {
    await using rig = await Rig.start(describing, { tls: testTls });
    const { host, port } = rig.server;
    const socket = tls.connect({ host, port, ca: testTls.cert, ALPNProtocols: offered });
    // Leaving without reading what the server said resets the connection.
    socket.on("error", () => {});
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe(chosen);
    if (chosen === "h2") {
      socket.end();
    } else {
      socket.write(get);
      expect((await collect(socket)).toString()).toContain("1.1 GET /a 0");
    }
  });

  test("cleartext on a TLS port is refused, and the server goes on", async () => {
    await using rig = await Rig.start(describing, { tls: testTls });
    for (const bytes of [get, preface]) await rig.socket(bytes).closed;
    expect((await rig.ask("http2")).status).toBe(200);
  });

  test("a client without a certificate is refused where one is required", async () => {
    const options = { ...testTls, ca: testTls.cert, requestCert: true, rejectUnauthorized: true };
    await using rig = await Rig.start(describing, { tls: options });
    await expect(rig.ask("http1")).rejects.toThrow();
    const session = rig.session(testTls);
    const stream = session.request({ ":path": "/" });
    expect((await once(stream, "response"))[0][":status"]).toBe(200);
  });
});

describe("the first bytes", () => {
  test("an HTTP/1.1 request may arrive byte by byte", async () => {
    await using rig = await Rig.start(describing);
    const socket = rig.socket();
    await socket.writeBytewise(
      "POST /b HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    );
    await socket.closed;
    expect(socket.text).toContain("1.1 POST /b 3");
  });

  test("an HTTP/2 preface and request may arrive byte by byte", async () => {
    await using rig = await Rig.start(describing);
    const socket = rig.socket();
    await socket.writeBytewise(Buffer.concat([preface, settings(), request(1)]));
    const answer = "2.0 GET / 0";
    await socket.until(({ text }) => text.includes(answer));
  });

  test("an HTTP/2 preface, settings and request may arrive in one packet", async () => {
    await using rig = await Rig.start(describing);
    const socket = rig.socket(Buffer.concat([preface, settings(), request(1)]));
    await socket.until(({ text }) => text.includes("2.0 GET / 0"));
  });

  test.each(["PUT", "PATCH", "PROPFIND", "POST"])(
    "%s, which begins like the HTTP/2 preface, is HTTP/1.1",
    async (method) => {
      await using rig = await Rig.start(describing);
      const socket = rig.socket();
      await socket.writeBytewise(`${method} /c HTTP/1.1\r\nHost: t\r\nConnection: close\r\n`);
      await socket.writeBytewise("Content-Length: 0\r\n\r\n");
      await socket.closed;
      expect(socket.text).toContain(`1.1 ${method} /c 0`);
    },
  );

  test("pipelined HTTP/1.1 requests are answered in order", async () => {
    await using rig = await Rig.start(describing);
    const first = ["/1", "/2", "/3"].map((path) => `GET ${path} HTTP/1.1\r\nHost: t\r\n\r\n`);
    const socket = rig.socket(first.join("") + get);
    await socket.closed;
    expect(socket.text.match(/GET \S+/g)).toEqual(["GET /1", "GET /2", "GET /3", "GET /a"]);
  });

  test("an offer to upgrade to HTTP/2 is answered over HTTP/1.1", async () => {
    await using rig = await Rig.start(describing);
    const upgrade =
      "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n";
    const socket = rig.socket(`GET /u HTTP/1.1\r\nHost: test\r\n${upgrade}\r\n`);
    await socket.closed;
    expect(socket.text).toContain("1.1 GET /u 0");
  });

  test.each([
    ["zeros", Buffer.alloc(64)],
    ["a TLS hello", Buffer.from("16030100f5010000f10303", "hex")],
    ["an SSH greeting", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["half a preface and then something else", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"],
    ["words", "hello there\r\n\r\n"],
  ])("%s gets 400 or a closed connection, and the server goes on", async (_, bytes) => {
    await using rig = await Rig.start(describing);
    const socket = rig.socket(bytes);
    await socket.closed;
    expect(socket.text).toMatch(/^($|HTTP\/1\.1 400 )/);
    for (const protocol of protocols) expect((await rig.ask(protocol)).status).toBe(200);
  });

  test("garbage behind the HTTP/2 preface ends that connection alone", async () => {
    await using rig = await Rig.start(describing);
    const other = rig.asker("http2");
    await other();
    const socket = rig.socket(Buffer.concat([preface, Buffer.alloc(100, 0xff)]));
    await socket.closed;
    expect(parseFrames(socket.received).some(({ type }) => type === frameType.goaway)).toBe(true);
    expect((await other()).status).toBe(200);
  });

  test.each(["", "P", "PRI * HTTP/2.0\r\n", "GET / HTT"])(
    "a client that sends %j and then FIN is let go",
    async (bytes) => {
      await using rig = await Rig.start(describing);
      const socket = rig.socket();
      socket.raw.end(bytes);
      await socket.closed;
      await expect.poll(() => rig.server.connections).toBe(0);
      expect(rig.server.counters.stalledConnections).toBe(0);
    },
  );

  test("an HTTP/2 client that sends FIN amid an answer is let go", async () => {
    let open = 0;
    await using rig = await Rig.start((_, response) => {
      open++;
      (response as Http2ServerResponse).on("close", () => open--);
      response.writeHead(200);
    });
    const socket = rig.socket(Buffer.concat([preface, settings(), request(1), request(3)]));
    await expect.poll(() => open).toBe(2);
    socket.raw.end();
    await socket.closed;
    await expect.poll(() => open).toBe(0);
  });

  test("a client that resets the connection is let go", async () => {
    await using rig = await Rig.start(describing);
    const socket = rig.socket("P");
    await expect.poll(() => rig.server.connections).toBe(1);
    socket.raw.resetAndDestroy();
    await expect.poll(() => rig.server.connections).toBe(0);
  });
});

test("a stalled upload does not stop its siblings on the same session", async () => {
  const held: unknown[] = [];
  await using rig = await Rig.start((request, response) => {
    // Never read.
    if (request.url === "/stall") held.push(response);
    else echoing(request, response);
  });
  const session = rig.session();
  for (let i = 0; i < 4; i++) {
    const stalled = session.request({ ":method": "POST", ":path": "/stall" });
    stalled.on("error", () => {});
    stalled.write(Buffer.alloc(1024 * 1024));
  }
  await expect.poll(() => held.length).toBe(4);
  const body = Buffer.alloc(1024 * 1024, "x");
  const stream = session.request({ ":method": "POST", ":path": "/echo" });
  stream.end(body);
  expect((await collect(stream)).equals(body)).toBe(true);
  expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
});

import net from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ClientSocket } from "../server/client-socket.js";
import { probePath } from "./probe.js";
import { allCells, type Cell, cellsOf, each, messageCells, WireRig } from "./rig.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterEach(async () => {
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});
afterAll(() => rig[Symbol.asyncDispose]());

const message = ({ codec }: Cell) => (codec === "json" ? '{"count":1}' : Uint8Array.of(16, 1));

describe("the content type", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=latin1",
    "application/grpc+thrift",
    "application/",
    "",
    "application/json, application/json",
    `application/${"x".repeat(8_000)}`,
  ])("%.40s is not supported", async (contentType) => {
    const results = await rig.survey(messageCells, (cell) => ({
      headers: { "content-type": contentType },
      messages: [message(cell)],
    }));
    expect(results).toEqual(each(messageCells, "HTTP 415: "));
  });

  test("of a Connect stream is not for unary RPCs, nor the other way round", async () => {
    const cells = messageCells.filter(({ protocol }) => protocol === "connect");
    const results = await rig.survey(cells, ({ framing }) => ({
      headers: {
        "content-type": framing === "unary" ? "application/connect+json" : "application/json",
      },
      body: "{}",
    }));
    expect(results).toEqual(each(cells, "HTTP 415: "));
  });

  test.each([
    "application/JSON",
    "application/json;charset=UTF-8",
    "application/json; charset=utf-8",
  ])("%s is JSON", async (contentType) => {
    const cells = cellsOf("Echo").filter(
      ({ protocol, codec }) => protocol === "connect" && codec === "json",
    );
    const results = await rig.survey(cells, () => ({
      headers: { "content-type": contentType },
      body: "{}",
    }));
    expect(results).toEqual(each(cells, "ok: "));
  });
});

describe("the method", () => {
  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])(
    "%s is not allowed, and the answer says what is",
    async (method) => {
      for (const http of ["h1", "h2"] as const) {
        for (const [rpc, allow] of [
          ["Echo", "POST"],
          ["Peek", "POST, GET"],
          ["Repeat", "POST"],
        ] as const) {
          // Node's HTTP/1.1 knows the methods there are, and refuses others itself.
          if (method === "BREW" && http === "h1") continue;
          const answer = await rig.client(http).ask({
            method,
            path: probePath(rpc),
            headers: { "content-type": "application/json" },
          });
          expect([answer.status, answer.headers.allow, answer.body.length]).toEqual([
            405,
            allow,
            0,
          ]);
        }
      }
    },
  );

  test("GET is not allowed for RPCs that may have side effects", async () => {
    for (const cell of allCells) {
      const outcome = await rig.ask(cell, { method: "GET" });
      expect([outcome.code, outcome.answer.headers.allow], cell.name).toEqual(["HTTP 405", "POST"]);
    }
  });

  test("one that HTTP/1.1 does not know is a bad request", async () => {
    const text = await rawHttp1(`BREW ${probePath("Echo")} HTTP/1.1\r\nhost: t\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

describe("the deadline", () => {
  const cells = messageCells.filter(({ rpc }) => rpc !== "Beat");
  const deadline = ({ protocol }: Cell, value: string) => ({
    [protocol === "connect" ? "connect-timeout-ms" : "grpc-timeout"]: value,
  });

  test.each(["soon", "-1", "1.5", "", "1e3", "10000000000", "99999999999", "1, 1", "0x10"])(
    "%j is none",
    async (value) => {
      const results = await rig.survey(cells, (cell) => ({
        headers: deadline(cell, value),
        messages: [message(cell)],
      }));
      expect(results).toEqual(
        each(cells, ({ protocol }) => {
          const family = protocol === "connect" ? "connect" : "grpc";
          return `invalid_argument: protocol error: invalid ${family} timeout value: ${value}`;
        }),
      );
    },
  );

  test.each(["1s", "S", "999999999S", "1S1"])("%j is none in gRPC", async (value) => {
    const grpc = cells.filter(({ protocol }) => protocol !== "connect");
    const results = await rig.survey(grpc, (cell) => ({
      headers: deadline(cell, value),
      messages: [message(cell)],
    }));
    expect(results).toEqual(
      each(grpc, `invalid_argument: protocol error: invalid grpc timeout value: ${value}`),
    );
  });

  test("that is over already is exceeded, and the method is not run", async () => {
    const results = await rig.survey(cells, (cell) => ({
      headers: deadline(cell, cell.protocol === "connect" ? "0" : "0m"),
      messages: [message(cell)],
    }));
    expect(results).toEqual(each(cells, "deadline_exceeded: the operation timed out"));
  });
});

describe("headers", () => {
  test("of any kind that mean nothing here do no harm", async () => {
    const cells = allCells.filter(({ rpc }) => rpc !== "Beat");
    const results = await rig.survey(cells, (cell) => ({
      headers: {
        "connect-protocol-version": "banana",
        te: "trailers",
        accept: "image/png",
        "grpc-trace-bin": "!!! not base64 !!!",
        "x-latin1": "\u00e9\u00ff",
        "x-repeated": ["a", "b", "a"],
        __proto__x: "1",
        constructor: "2",
      },
      messages: [message(cell)],
    }));
    expect(results).toEqual(each(cells, "ok: "));
  });

  test("larger than 16 KiB are refused, others served meanwhile", async () => {
    const bomb = { "x-bomb": "x".repeat(20_000) };
    const path = probePath("Echo");
    const headers = { "content-type": "application/json", ...bomb };
    const answer = await rig.client("h1").ask({ path, headers, body: "{}" });
    expect(answer.status).toBe(431);
    const h2 = rig.client("h2");
    // The first answer proves that this client knows the limit.
    await h2.ask({ path, headers: { "content-type": "application/json" }, body: "{}" });
    await expect(h2.ask({ path, headers, body: "{}" })).rejects.toThrow(
      "NGHTTP2_ENHANCE_YOUR_CALM",
    );
  });
});

describe("the authority", () => {
  const path = probePath("Echo");
  const rest = "content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

  test.each([
    ["missing in HTTP/1.0", `POST ${path} HTTP/1.0\r\n${rest}`],
    ["missing in HTTP/1.1", `POST ${path} HTTP/1.1\r\n${rest}`],
    ["empty", `POST ${path} HTTP/1.1\r\nhost:\r\n${rest}`],
    ["that is no host", `POST ${path} HTTP/1.1\r\nhost: [not a host\r\n${rest}`],
  ])("%s is a bad request", async (_, request) => {
    expect(await rawHttp1(request)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test("that HTTP/2 allows, but that is no host, is a bad request", async () => {
    const headers = { ":authority": "%", "content-type": "application/json" };
    const { status, body } = await rig.client("h2").ask({ path, headers, body: "{}" });
    expect(status).toBe(400);
    expect(JSON.parse(body.toString())).toEqual({
      code: "invalid_argument",
      message: "the host or :authority header is missing or malformed",
    });
  });

  test.each(["[not a host", "a b", ""])(
    "%j over HTTP/2 ends that stream only",
    async (authority) => {
      const client = rig.client("h2");
      const headers = { ":authority": authority, "content-type": "application/json" };
      await expect(client.ask({ path, headers, body: "{}" })).rejects.toThrow(
        "NGHTTP2_PROTOCOL_ERROR",
      );
      const { "content-type": type } = headers;
      expect(
        (await client.ask({ path, headers: { "content-type": type }, body: "{}" })).status,
      ).toBe(200);
    },
  );
});

test("a body that does not match its content-length is refused", async () => {
  const head = (length: string) =>
    `POST ${probePath("Echo")} HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n` +
    `content-length: ${length}\r\nconnection: close\r\n\r\n`;
  expect(await rawHttp1(`${head("ten")}{}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await rawHttp1(`${head("-1")}{}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await rawHttp1(`${head("2, 3")}{}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await rawHttp1(`${head("2\r\ncontent-length: 3")}{}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await rawHttp1(`${head("2\r\ntransfer-encoding: chunked")}{}`)).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  const h2 = rig.client("h2");
  const headers = { "content-type": "application/json", "content-length": "5" };
  await expect(h2.ask({ path: probePath("Echo"), headers, body: "{}" })).rejects.toThrow(
    "NGHTTP2_PROTOCOL_ERROR",
  );
});

test("bidirectional streams over HTTP/1.1 are refused, and the connection closed", async () => {
  const answer = await rig.client("h1").ask({
    path: probePath("Chat"),
    headers: { "content-type": "application/connect+json" },
  });
  expect([answer.status, answer.headers.connection]).toEqual([505, "close"]);
});

/** All that comes back for these bytes before the server closes the connection. */
async function rawHttp1(request: string): Promise<string> {
  const socket = new ClientSocket(net.connect(rig.server.port, rig.server.host), request);
  await socket.closed;
  return socket.text;
}

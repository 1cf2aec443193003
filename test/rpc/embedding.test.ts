import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";

import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import Fastify from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { App, type RpcHandler } from "../../src/index.js";
import { envelope, parseEnvelopes } from "../support/frames.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { Lifecycle } from "./lifecycle.js";
import { Probe, probePath, thing } from "./probe.js";

let app: App;
let lifecycle: Lifecycle;
beforeEach(async () => {
  lifecycle = new Lifecycle();
  app = await new App({ name: "embedded", services: [lifecycle] }).finalize();
});
afterEach(() => app.close());

const json = { "content-type": "application/json" };
const streamed = { "content-type": "application/connect+json" };
const echo = probePath("Echo");

describe("nodeHandler", () => {
  async function serve(handler: http.RequestListener, create = http.createServer) {
    const server = create(handler).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections?.();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test("is a request listener", async () => {
    await using server = await serve(app.nodeHandler());
    await using client = rawHttp1(server.url);
    const answer = await client.ask({ path: echo, headers: json, body: '{"text":"hi"}' });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"hi"}']);
    const missing = await client.ask({ path: "/elsewhere", headers: json });
    expect(missing.status).toBe(404);
  });

  test("is one for HTTP/2, gRPC included", async () => {
    await using server = await serve(
      app.nodeHandler() as http.RequestListener,
      ((listener: http.RequestListener) =>
        http2.createServer(listener as never)) as unknown as typeof http.createServer,
    );
    expect(await echoOverGrpc(server.url, "hi")).toBe("hi");
    await using raw = rawHttp2(server.url);
    expect((await raw.ask({ path: "/elsewhere" })).status).toBe(404);
  });

  test("is middleware: what is not its own goes to the next", async () => {
    const handler: RpcHandler = app.nodeHandler();
    const next: string[] = [];
    await using server = await serve((request, response) => {
      handler(request, response, () => {
        next.push(`${request.method} ${request.url}`);
        response.writeHead(200).end("from the next");
      });
    });
    await using client = rawHttp1(server.url);
    expect((await client.ask({ path: echo, headers: json, body: "{}" })).body.toString()).toBe(
      "{}",
    );
    expect(next).toEqual([]);
    for (const path of ["/", "/static/app.js?v=1", `${echo}/`, "/probe.v1.ProbeService/Nope"]) {
      const { body } = await client.ask({ path, headers: json, body: "not read" });
      expect(body.toString()).toBe("from the next");
    }
    expect(next).toEqual([
      "POST /",
      "POST /static/app.js?v=1",
      `POST ${echo}/`,
      "POST /probe.v1.ProbeService/Nope",
    ]);
    // What is its own stays its own, also when it is asked for in a wrong way.
    expect((await client.ask({ path: echo, method: "PUT" })).status).toBe(405);
    expect(next).toHaveLength(4);
  });

  test("notices when a caller leaves", async () => {
    await using server = await serve(app.nodeHandler());
    await using client = rawHttp1(server.url);
    const call = client.open({ path: probePath("Wait"), headers: streamed });
    await call.send(envelope("{}"));
    call.finish();
    await call.answer;
    call.leave();
    await lifecycle.journal.until("wait released");
  });

  test("two apps can share a server", async () => {
    await using other = await new App({
      name: "other",
      services: [new Probe()],
    }).finalize();
    const [first, second] = [app.nodeHandler(), other.nodeHandler()];
    await using server = await serve((request, response) =>
      first(request, response, () => second(request, response)),
    );
    await using client = rawHttp1(server.url);
    const ask = (rpc: string) =>
      client.ask({ path: probePath(rpc), headers: json, body: '{"text":"hi"}' });
    expect((await ask("Echo")).body.toString()).toBe('{"text":"hi"}');
    expect((await ask("Peek")).body.toString()).toBe('{"text":"hi"}');
    expect((await ask("Nope")).status).toBe(404);
  });
});

describe("fetchHandler", () => {
  const post = (
    path: string,
    body: string | Uint8Array | ReadableStream,
    headers: HeadersInit = json,
    init?: RequestInit,
  ) =>
    app.fetchHandler()(
      new Request(`http://test${path}`, {
        method: "POST",
        headers,
        body: body as BodyInit,
        ...init,
      }),
    );

  test("answers requests with responses", async () => {
    const response = await post(echo, '{"text":"hi"}');
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/json",
    ]);
    expect(await response.json()).toEqual({ text: "hi" });
  });

  test("says what is wrong as every other adapter does", async () => {
    const notFound = await post("/nope", "{}");
    expect([notFound.status, await notFound.json()]).toEqual([
      404,
      { code: "unimplemented", message: "no RPC at /nope" },
    ]);
    const put = await app.fetchHandler()(new Request(`http://test${echo}`, { method: "PUT" }));
    expect([put.status, put.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await post(echo, "{}", { "content-type": "text/plain" })).status).toBe(415);
    const malformed = await post(echo, "{");
    expect([malformed.status, ((await malformed.json()) as { code: string }).code]).toEqual([
      400,
      "invalid_argument",
    ]);
    const late = await post(echo, "{}", { ...json, "connect-timeout-ms": "9999999999" });
    expect(late.status).toBe(200);
  });

  test("streams", async () => {
    const response = await post(
      probePath("Chat"),
      chunks(envelope('{"count":1}'), envelope("{}")),
      streamed,
      {
        duplex: "half",
      } as RequestInit,
    );
    const envelopes = parseEnvelopes(Buffer.from(await response.arrayBuffer()));
    expect(envelopes.map(({ flags, data }) => `${flags} ${data}`)).toEqual([
      '0 {"count":1}',
      "0 {}",
      "2 {}",
    ]);
  });

  test("serves gRPC-Web", async () => {
    const response = await post(echo, envelope("{}"), {
      "content-type": "application/grpc-web+json",
    });
    const [message, trailer] = parseEnvelopes(Buffer.from(await response.arrayBuffer()));
    expect(message!.data.toString()).toBe("{}");
    expect(trailer!.data.toString()).toBe("grpc-status: 0\r\n");
  });

  test("notices when the request is aborted", async () => {
    const controller = new AbortController();
    const response = await post(probePath("Wait"), envelope("{}"), streamed, {
      signal: controller.signal,
    });
    const reading = response.arrayBuffer().catch(() => {});
    controller.abort();
    await lifecycle.journal.until("wait aborted");
    await lifecycle.journal.until("wait released");
    await reading;
  });

  test("notices when a body is cancelled while the method waits", async () => {
    const response = await post(probePath("Wait"), envelope("{}"), streamed);
    const reader = response.body!.getReader();
    await reader.read();
    await lifecycle.journal.until("wait waiting");
    await reader.cancel();
    await lifecycle.journal.until("wait aborted");
    await lifecycle.journal.until("wait released");
  });

  test("notices when a body is cancelled that nobody reads", async () => {
    const response = await post(probePath("Flood"), envelope("{}"), streamed);
    await response.body!.cancel();
    await lifecycle.journal.until("flood aborted");
    await lifecycle.journal.until("flood released");
  });

  test("notices when a topic's follower cancels", async () => {
    await lifecycle.beat(thing({}));
    const answer = post(probePath("Beat"), envelope("{}"), streamed);
    const followers = () => app.streamStats()["Lifecycle.beat"]!.subscribers;
    while (followers() === 0) await new Promise(setImmediate);
    await lifecycle.beat(thing({ text: "hi" }));
    const { body } = await answer;
    await body!.cancel();
    while (followers() > 0) await new Promise(setImmediate);
  });
});

describe("fastifyPlugin", () => {
  async function start(options: object = {}) {
    const fastify = Fastify({ forceCloseConnections: true, ...options });
    fastify.get("/hello", async () => ({ hello: "world" }));
    fastify.post("/echo", async (request) => request.body);
    await fastify.register(app.fastifyPlugin());
    const url = await fastify.listen({ port: 0, host: "127.0.0.1" });
    return { url, fastify, [Symbol.asyncDispose]: () => fastify.close() };
  }

  test("serves RPCs beside Fastify's own routes, whose bodies are parsed as ever", async () => {
    await using server = await start();
    await using client = rawHttp1(server.url);
    const answer = await client.ask({ path: echo, headers: json, body: '{"text":"hi"}' });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"hi"}']);
    const hello = await client.ask({ path: "/hello", method: "GET" });
    expect(hello.body.toString()).toBe('{"hello":"world"}');
    const own = await client.ask({ path: "/echo", headers: json, body: '{"a":1}' });
    expect(own.body.toString()).toBe('{"a":1}');
    expect((await client.ask({ path: "/nope", headers: json, body: "{}" })).status).toBe(404);
    expect((await client.ask({ path: echo, method: "PUT", headers: json })).status).toBe(405);
  });

  test("streams, in every content type, and notices who leaves", async () => {
    await using server = await start();
    await using client = rawHttp1(server.url);
    for (const type of ["connect+json", "connect+proto", "grpc-web+json", "grpc-web+proto"]) {
      lifecycle.journal.entries.length = 0;
      const headers = { "content-type": `application/${type}` };
      const call = client.open({ path: probePath("Wait"), headers });
      await call.send(envelope(type.endsWith("json") ? "{}" : ""));
      call.finish();
      expect((await call.answer).status, type).toBe(200);
      call.leave();
      await lifecycle.journal.until("wait released");
    }
  });

  test("takes larger bodies than Fastify's own limit", async () => {
    await using server = await start({ bodyLimit: 1_000 });
    await using client = rawHttp1(server.url);
    const text = "x".repeat(100_000);
    const { status } = await client.ask({ path: echo, headers: json, body: `{"text":"${text}"}` });
    expect(status).toBe(200);
  });

  test("serves HTTP/2 and gRPC where Fastify does", async () => {
    await using server = await start({ http2: true, forceCloseConnections: undefined });
    expect(await echoOverGrpc(server.url, "hi")).toBe("hi");
  });
});

async function echoOverGrpc(baseUrl: string, text: string): Promise<string> {
  const sessionManager = new Http2SessionManager(baseUrl);
  const client = app.client(Lifecycle, createGrpcTransport({ baseUrl, sessionManager }));
  const answer = await client.echo(thing({ text }));
  // It would stay open for a while, and the server wait for it.
  sessionManager.abort();
  return answer.text;
}

function chunks(...parts: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
}

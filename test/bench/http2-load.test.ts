import http2, { type ServerHttp2Stream } from "node:http2";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Connection } from "../../bench/lib/loads/http2/connection.js";
import type { Fields } from "../../bench/lib/loads/http2/header-decoder.js";
import { prepareRequest } from "../../bench/lib/loads/http2/request.js";
import { requestHeader } from "../../bench/lib/loads/http2/request-header.js";
import { createLoad, type Http2Options } from "../../bench/lib/loads/http2.js";
import { listen } from "../../bench/lib/server.js";

type Handler = (stream: ServerHttp2Stream, body: Buffer) => void;

/** Node's server, which answers once it has the body. */
async function start(handler: Handler, options?: http2.ServerOptions) {
  const server = http2.createServer(options ?? {});
  server.on("stream", (stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => handler(stream, Buffer.concat(chunks)));
    stream.on("error", () => {});
  });
  const url = await listen(server);
  return { url, [Symbol.asyncDispose]: async () => void server.close() };
}

const numbers = Array.from({ length: 7 }, (_, n) => n);

const options: Http2Options = {
  path: "/echo",
  contentType: "application/json",
  headers: { "x-long": "v".repeat(300) },
  responseHeaders: { "x-served-by": "node" },
  trailers: { "grpc-status": "0" },
  connections: 2,
  streamsPerConnection: 3,
  exchanges: numbers.map((n) => ({
    request: Buffer.from(JSON.stringify({ n })),
    response: Buffer.from(JSON.stringify({ n: n + 1 })),
  })),
};

interface Reply {
  status?: number;
  served?: string;
  trailer?: string;
  pieces: (string | Buffer)[];
}

function send(
  stream: ServerHttp2Stream,
  { status = 200, served = "node", trailer = "0", pieces }: Reply,
) {
  stream.respond({ ":status": status, "x-served-by": served }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": trailer }));
  for (const piece of pieces) stream.write(piece);
  stream.end();
}

/** A handler that answers right, but for what `change` does. */
function answering(change: (right: string) => Partial<Reply> = () => ({})): Handler {
  return (stream, body) => {
    const right = JSON.stringify({ n: JSON.parse(body.toString()).n + 1 });
    send(stream, { pieces: [right], ...change(right) });
  };
}

/** How many answers were found right, `atLeast` of them. */
async function load(handler: Handler, changed: Partial<Http2Options> = {}, atLeast = 1) {
  await using running = await start(handler);
  const generator = createLoad(running.url, { ...options, ...changed });
  let operations = 0;
  try {
    await generator.open();
    while (operations < atLeast) operations += (await generator.run(0.05)).operations;
  } finally {
    generator.close();
  }
  return operations;
}

test.each<[string, (right: string) => Partial<Reply>]>([
  ["in one piece", () => ({})],
  ["in several pieces", (right) => ({ pieces: [...right] })],
  ["as the same JSON in other words", (right) => ({ pieces: [right.replace(":", " : "), "\n"] })],
])("right answers count: %s", async (_, change) => {
  expect(await load(answering(change))).toBeGreaterThan(6);
});

test.each<[string, (right: string) => Partial<Reply>, RegExp]>([
  ["status", () => ({ status: 500 }), /":status":"500"/],
  ["header", () => ({ served: "nobody" }), /"x-served-by":"nobody"/],
  ["trailer", () => ({ trailer: "13" }), /"grpc-status":"13"/],
  ["body", () => ({ pieces: ['{"n":-1}'] }), /\{\\"n\\":-1\}/],
  ["shorter body", (right) => ({ pieces: [right.slice(0, -1)] }), /wrong answer/],
  ["longer body", (right) => ({ pieces: [right, "x"] }), /wrong answer/],
  ["missing body", () => ({ pieces: [] }), /wrong answer/],
])("a wrong %s fails the load", async (_, change, message) => {
  await expect(load(answering(change))).rejects.toThrow(message);
});

test("a constant and a mirrored request fail the load", async () => {
  await expect(load(answering(() => ({ pieces: ['{"n":1}'] })))).rejects.toThrow("wrong answer");
  const mirror: Handler = (stream, body) => send(stream, { pieces: [body] });
  await expect(load(mirror)).rejects.toThrow("wrong answer");
});

test("missing trailers fail the load", async () => {
  const handler: Handler = (stream, body) => {
    stream.respond({ ":status": 200, "x-served-by": "node" });
    stream.end(JSON.stringify({ n: JSON.parse(body.toString()).n + 1 }));
  };
  await expect(load(handler)).rejects.toThrow("trailers {}");
});

test.each<[string, Handler, RegExp]>([
  ["resets a stream", (stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), /code 2/],
  ["says goodbye", (stream) => stream.session?.goaway(11), /GOAWAY with code 11/],
  ["hangs up", (stream) => stream.session?.destroy(), /connection lost/],
])("a server that %s fails the load", async (_, handler, message) => {
  await expect(load(handler)).rejects.toThrow(message);
});

test("a server that takes too few streams is refused", async () => {
  await using running = await start(answering(), { settings: { maxConcurrentStreams: 2 } });
  await expect(createLoad(running.url, options).open()).rejects.toThrow("is 2, the load needs 3");
});

test("bodies of more than the windows go on both ways", async () => {
  const body = (first: number) => Buffer.alloc(16_000, first);
  const exchanges = numbers.map((n) => ({ request: body(n), response: body(n + 1) }));
  // More than 1 MiB on each of the two connections, which is what a server may send at first.
  await load(
    (stream, received) => send(stream, { pieces: [body((received[0] ?? 0) + 1)] }),
    { exchanges, contentType: "application/proto", streamsPerConnection: 20 },
    300,
  );
});

test("header blocks decode to what Node's encoder was given", async () => {
  const character = (min: number, max: number) =>
    fc.integer({ min, max }).map((code) => String.fromCharCode(code));
  const value = fc.oneof(
    fc.string({ unit: character(0x20, 0x7e) }),
    // Rare characters have long codes: among usual ones, so that a code is still worth it.
    character(0x80, 0xff).map((rare) => `some usual text ${rare} and more of it`),
    // Long ones drive others out of the table.
    fc.integer({ min: 0, max: 1_500 }).map((length) => "long ".repeat(length / 5)),
  );
  // Few names and values, so that fields come again, which is when they are named by number.
  const name = fc.constantFrom("date", "x-a", "content-type", "content-length", "x-c".repeat(50));
  const trimmed = value.map((text) => text.trim());
  const headers = fc
    .array(trimmed, { minLength: 2, maxLength: 8 })
    .chain((few) => fc.array(fc.dictionary(name, fc.constantFrom(...few)), { maxLength: 40 }));
  const asked = fc.asyncProperty(headers, expectDecoded);
  const seed = process.env.FC_SEED ? Number(process.env.FC_SEED) : undefined;
  await fc.assert(asked, { numRuns: Number(process.env.FC_RUNS ?? 50), seed });
});

test("the same block means something else once the table has changed", async () => {
  const [one, other] = [{ date: "one" }, { date: "other" }];
  await expectDecoded([one, one, other, other, one]);
});

/** Has a server answer with these headers, in turn. */
async function expectDecoded(all: Record<string, string>[]): Promise<void> {
  const queue = [...all];
  await using running = await start((stream) => {
    stream.respond({ ":status": 200, ...queue.shift() }, { endStream: true });
  });
  const received = await askInTurn(running.url, all.length);
  expect(received).toEqual(
    all.map((fields) => ({ ":status": "200", date: expect.any(String), ...fields })),
  );
}

async function askInTurn(url: string, times: number): Promise<Record<string, string>[]> {
  const target = new URL(url);
  const header = requestHeader([
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", target.host],
    [":path", "/"],
  ]);
  const request = prepareRequest(header, Buffer.of(1));
  const received: Record<string, string>[] = [];
  let failed: (error: Error) => void = () => {};
  const connection = new Connection(target, 1, (reason) => failed(new Error(reason)));
  await connection.connected;
  for (let turn = 0; turn < times; turn++) {
    await new Promise<void>((resolve, reject) => {
      failed = reject;
      connection.request(request, {
        fields: (fields: Fields) => received.push(Object.fromEntries(fields)),
        body: () => {},
        end: resolve,
        reset: (code) => reject(new Error(`reset with code ${code}`)),
      });
    });
  }
  connection.close();
  return received;
}

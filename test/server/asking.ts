import http from "node:http";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import https from "node:https";
import { Readable, type Writable } from "node:stream";

/** What a client asks. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | AsyncIterable<string>;
}

/** What it got. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request and resolves with the whole answer. */
export type Asker = (ask?: Ask) => Promise<Answer>;

/** Asks over HTTP/1.1. */
export function asker1(url: string, agent: http.Agent): Asker {
  const { request } = url.startsWith("https:") ? https : http;
  return ({ method = "GET", path = "/", headers, body } = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), { agent, method, headers });
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        const { statusCode: status = 0, headers } = response;
        collect(response).then((body) => resolve({ status, headers, body }), reject);
      });
      send(outgoing, body);
    });
}

/** Asks over HTTP/2. */
export function asker2(session: ClientHttp2Session): Asker {
  return (ask) => answerOf(openStream(session, ask));
}

/** Opens a stream; `body` ends it. */
export function openStream(session: ClientHttp2Session, ask: Ask = {}): ClientHttp2Stream {
  const { method = "GET", path = "/", headers, body } = ask;
  const stream = session.request({ ":method": method, ":path": path, ...headers });
  send(stream, body);
  return stream;
}

/** The answer to a stream. */
export function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve, reject) => {
    stream.on("error", reject);
    // A stream may also be cut off without an error.
    stream.on("close", () => reject(new Error(`stream closed with code ${stream.rstCode}`)));
    stream.on("response", (headers) => {
      const status = headers[":status"] ?? 0;
      collect(stream).then((body) => resolve({ status, headers, body }), reject);
    });
  });
}

function send(outgoing: Writable, body: Ask["body"]): void {
  if (typeof body === "object" && Symbol.asyncIterator in body) {
    Readable.from(body).pipe(outgoing);
  } else {
    outgoing.end(body);
  }
}

/** The whole body. */
export function collect(readable: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    readable.on("data", (chunk: Buffer) => chunks.push(chunk));
    readable.on("end", () => resolve(Buffer.concat(chunks)));
    readable.on("error", reject);
  });
}

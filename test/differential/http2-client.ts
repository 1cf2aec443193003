import { once } from "node:events";
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { turns } from "../support/signals.js";
import type { Answer, Exchange } from "./answer.js";
import type { Case, HeaderLine } from "./case.js";
import { followUpOf } from "./follow-up.js";
import { unlessStuck } from "./guard.js";
import { RawHeaders } from "./http2-raw-headers.js";

/** One HTTP/2 connection, on which any number of cases may be on their way. */
export class Http2Client {
  readonly #session: ClientHttp2Session;
  readonly #headers: RawHeaders;
  #streams = 0;

  private constructor(session: ClientHttp2Session, headers: RawHeaders) {
    this.#session = session;
    this.#headers = headers;
    // What becomes of the streams says enough.
    session.on("error", () => {});
  }

  static async open(port: number): Promise<Http2Client> {
    const { headers, socket } = await RawHeaders.between(port);
    const session = http2.connect("http://127.0.0.1", { createConnection: () => socket });
    await once(session, "remoteSettings");
    return new Http2Client(session, headers);
  }

  /** nghttp2 ends connections after some hundreds of resets; long before that, a new one is due. */
  get isWornOut(): boolean {
    return this.#streams > 200 || this.#session.closed || this.#session.destroyed;
  }

  close(): void {
    this.#session.destroy();
  }

  /** Sends a case; `begun` resolves when its method waits for its signal. */
  async exchange(request: Case, begun: Promise<void>): Promise<Exchange> {
    const { leave, followUp } = request;
    const answer = await this.#ask(request, begun);
    // Behind a reset, the answer to a further request says that the reset has arrived as well.
    const next =
      followUp === undefined && leave === undefined
        ? undefined
        : await this.#ask(followUpOf(request), never);
    await turns(1);
    const { closed, destroyed } = this.#session;
    return {
      answer,
      ...(next !== undefined && next !== "left" && leave?.how !== "session" && { followUp: next }),
      connection: closed || destroyed ? "closed" : "open",
    };
  }

  async #ask(request: Case, begun: Promise<void>): Promise<Answer | "left"> {
    if (this.#session.destroyed || this.#session.closed) return gone;
    const { leave, trailers = [] } = request;
    this.#streams++;
    this.#headers.next(headerOf(request));
    const isEmpty = request.body.length === 0 && !request.endApart && trailers.length === 0;
    const stream = this.#session.request(
      { ":method": request.method === "HEAD" ? "HEAD" : "POST" },
      { endStream: isEmpty && leave === undefined, waitForTrailers: trailers.length > 0 },
    );
    const answer = answerOf(stream);
    if (trailers.length > 0) {
      stream.once("wantTrailers", () => {
        this.#headers.trailers(stream.id as number, trailers);
        stream.sendTrailers({ "x-replaced": "1" });
      });
    }
    const sent = sendBody(stream, request, isEmpty);
    if (leave !== undefined) {
      const hasAnswer = answer.then(() => false);
      const leaves = await Promise.race([
        hasAnswer,
        leave.when === "begun" ? begun.then(() => true) : sent.then(() => true),
      ]);
      if (leaves) {
        if (leave.how === "session") this.#session.destroy();
        else stream.close(http2.constants.NGHTTP2_CANCEL);
        await unlessStuck(answer);
        return "left";
      }
    }
    const complete = await unlessStuck(answer);
    await unlessStuck(sent);
    if (complete === undefined) stream.close(http2.constants.NGHTTP2_CANCEL);
    return complete ?? { ...(await answer), end: "stuck" };
  }
}

const never = new Promise<never>(() => {});

const gone: Answer = {
  interim: [],
  status: "",
  headers: [],
  body: Buffer.alloc(0),
  trailers: [],
  end: "no connection",
};

function headerOf({ method, target, authority, headers }: Case): HeaderLine[] {
  return [
    [":method", method],
    [":scheme", "http"],
    [":path", target],
    ...(authority === undefined ? [] : ([[":authority", authority]] as const)),
    ...headers,
  ];
}

async function sendBody(stream: ClientHttp2Stream, request: Case, isEmpty: boolean): Promise<void> {
  const { body, slowly = false, endApart = false, leave } = request;
  if (leave?.when === "header") return flushed(stream);
  if (leave?.when === "half") {
    const text = body.join("");
    stream.write(Buffer.from(text.slice(0, Math.floor(text.length / 2)), "latin1"));
    return flushed(stream);
  }
  if (isEmpty) {
    stream.end();
    return;
  }
  const last = endApart ? body.length : body.length - 1;
  for (const piece of body.slice(0, last)) {
    if (stream.destroyed) return;
    stream.write(Buffer.from(piece, "latin1"));
    if (slowly) await turns(1);
  }
  if (endApart) await turns(1);
  if (stream.destroyed) return;
  if (endApart) stream.end();
  else stream.end(Buffer.from(body[last] ?? "", "latin1"));
}

/** Two turns: the frames are written in the first, and read by the server in the second. */
async function flushed(stream: ClientHttp2Stream): Promise<void> {
  if (stream.pending) await once(stream, "ready");
  await turns(2);
}

function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const interim: string[] = [];
  const chunks: Buffer[] = [];
  let head: readonly HeaderLine[] = [];
  let trailers: readonly HeaderLine[] = [];
  let hasEnded = false;
  stream.on("headers", (headers: Record<string, unknown>) => {
    interim.push(`${headers[":status"]} ${Object.keys(headers).length - 1} headers`);
  });
  // Node hands the lines out as they came, in one flat list, as an undocumented third argument.
  stream.on("response", (...[, , raw]: unknown[]) => {
    head = linesOf(raw as string[]);
  });
  stream.on("trailers", (...[, , raw]: unknown[]) => {
    trailers = linesOf(raw as string[]);
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    hasEnded = true;
  });
  stream.on("error", () => {});
  return new Promise((resolve) => {
    stream.on("close", () => {
      const code = stream.rstCode ?? 0;
      resolve({
        interim,
        status: head.find(([name]) => name === ":status")?.[1] ?? "",
        headers: head.filter(([name]) => name !== ":status"),
        body: Buffer.concat(chunks),
        trailers,
        end: code === 0 && hasEnded && head.length > 0 ? "complete" : `reset with ${code}`,
      });
    });
  });
}

function linesOf(raw: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([raw[at]!, raw[at + 1]!]);
  return lines;
}

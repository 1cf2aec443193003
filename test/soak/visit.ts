import type { ClientHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import zlib from "node:zlib";
import { type Compressed, follow, textIn } from "../rpc/feeds.js";
import { outcomeOf, type Wire } from "../rpc/wire.js";
import { type Envelope, envelope, envelopeFlag, takeEnvelopes } from "../support/frames.js";
import type { PartialAnswer, RawCall, RawClient } from "../support/raw-http.js";
import { contentOf, numberOf } from "./service.js";

/** What one subscriber is going to do. */
export interface Plan {
  readonly wire: Wire;
  readonly stream: "Ticks" | "Log" | "Keyed";
  readonly key: string;
  readonly accept: Compressed;
  readonly reads: boolean;
  readonly stayMs: number;
  /** Half a goodbye (FIN) and a broken connection (RST) are for HTTP/1.1. */
  readonly departure: "cancel" | "half" | "reset";
  readonly deadlineMs: number | undefined;
}

/** One subscription, from joining to leaving. Whatever is wrong with it goes to `complain`. */
export class Visit {
  received = 0;
  /** Resolves when both ends have let go of it. */
  readonly over: Promise<void>;
  private readonly call: RawCall;
  private readonly timer: NodeJS.Timeout;
  private rest: Buffer = Buffer.alloc(0);
  private last: number | undefined;
  private ending: Envelope | undefined;
  private leaving = false;
  private socket: Socket | undefined;
  private body: Readable | undefined;

  constructor(
    client: RawClient,
    private readonly plan: Plan,
    private readonly complain: (what: string) => void,
  ) {
    const { wire, stream, key, accept, deadlineMs, stayMs } = plan;
    const timeout = wire.protocol === "connect" ? "connect-timeout-ms" : "grpc-timeout";
    const unit = wire.protocol === "connect" ? "" : "m";
    this.call = follow(client, wire, stream, {
      text: key,
      accept,
      headers: deadlineMs === undefined ? {} : { [timeout]: `${deadlineMs}${unit}` },
    });
    this.over = this.call.closed;
    this.timer = setTimeout(() => this.leave(), stayMs);
    void this.over.then(() => clearTimeout(this.timer));
    this.call.answer.then(
      (answer) => this.begin(answer),
      (error: unknown) => this.leaving || this.complain(`no answer: ${error}`),
    );
  }

  leave(): void {
    this.leaving = true;
    const { departure, reads } = this.plan;
    if (departure === "reset" && this.socket !== undefined) this.socket.resetAndDestroy();
    // Somebody who does not read would never see the server's own goodbye.
    else if (departure === "half" && reads && this.socket !== undefined) this.socket.end();
    else this.call.leave();
    // Node reports no "close" for a stream that the server has ended and nobody has read.
    this.body?.resume();
  }

  /** Somebody else breaks the connection. */
  lost(): void {
    this.leaving = true;
  }

  private begin(answer: PartialAnswer): void {
    const { body, status } = answer;
    this.body = body;
    if (status !== 200) this.complain(`HTTP status ${status}`);
    if (this.plan.wire.http === "h1") this.socket = (body as unknown as { socket: Socket }).socket;
    body.on("error", () => this.leaving || this.complain("the stream broke"));
    if (!this.plan.reads) return;
    let trailers = {};
    (body as ClientHttp2Stream).on("trailers", (received) => {
      trailers = received;
    });
    body.on("data", (chunk: Buffer) => this.take(chunk));
    body.on("end", () => this.leaving || this.ended(answer, trailers));
  }

  private take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const { envelopes, rest } = takeEnvelopes(bytes);
    this.rest = rest;
    for (const one of envelopes) {
      if (this.ending !== undefined) this.complain("a message after the end");
      if (one.flags & (envelopeFlag.endStream | envelopeFlag.trailer)) this.ending = one;
      else this.check(one);
    }
  }

  private check({ flags, data }: Envelope): void {
    this.received++;
    const text = textIn(this.plan.wire, flags === 0 ? data : this.decompressed(data));
    const n = numberOf(text);
    if (text !== contentOf(n)) this.complain(`wrong content: ${text.slice(0, 100)}`);
    const { last } = this;
    this.last = n;
    if (last === undefined) return;
    const inOrder = this.plan.stream === "Log" ? n === last + 1 : n > last;
    if (!inOrder) this.complain(`${n} after ${last}`);
  }

  private decompressed(data: Buffer): Buffer {
    if (this.plan.accept === "gzip") return zlib.gunzipSync(data);
    if (this.plan.accept === "br") return zlib.brotliDecompressSync(data);
    this.complain("compressed, though nobody asked for it");
    return data;
  }

  private ended({ status, headers }: PartialAnswer, trailers: Record<string, string>): void {
    if (this.rest.length > 0) this.complain("the end of a message is missing");
    const { ending } = this;
    const body = ending === undefined ? Buffer.alloc(0) : envelope(ending.data, ending.flags);
    const { code } = outcomeOf(this.plan.wire, "stream", { status, headers, trailers, body });
    const isExpected =
      (code === "deadline_exceeded" && this.plan.deadlineMs !== undefined) ||
      // This process may itself be too slow at times.
      (code === "resource_exhausted" && this.plan.stream === "Log");
    if (!isExpected) this.complain(`ended with ${code}`);
  }
}

/** Appends at a fixed pace over one HTTP/2 connection, whether or not they are answered. */
import type { LoadResult } from "../../lib/load.js";
import { AnswerBody } from "../../lib/loads/answer-body.js";
import { ExpectedFields } from "../../lib/loads/check.js";
import { type Answer, Connection } from "../../lib/loads/http2/connection.js";
import type { Fields } from "../../lib/loads/http2/header-decoder.js";
import { prepareRequest, type Request } from "../../lib/loads/http2/request.js";
import { requestHeader } from "../../lib/loads/http2/request-header.js";
import { AppendedSessions } from "../rpc/appended-sessions.js";
import { appendCall, appendRequest } from "../rpc/messages.js";

/** Appends that may be unanswered; others wait, and their time counts. */
const maxOpen = 256;
/** Distinct events. */
const distinct = 97;
/** How long after the end of a round answers may take. */
const drainMs = 60_000;

export const latencyP99Ms = "latencyP99Ms";
export const latencyP50Ms = "latencyP50Ms";

export class PacedAppends {
  private readonly connection: Connection;
  private readonly requests: readonly Request[];
  private readonly sessions = new AppendedSessions();
  private latencies: number[] = [];
  private sent = 0;
  /** When those that wait to be sent were due. */
  private waiting: number[] = [];
  private failure: Error | undefined;
  private finished: () => void = () => {};

  constructor(target: URL) {
    const header = requestHeader([
      [":method", "POST"],
      [":scheme", "http"],
      [":authority", target.host],
      [":path", appendCall.path],
      ["content-type", appendCall.contentType],
      ...Object.entries(appendCall.headers),
    ]);
    this.requests = Array.from({ length: distinct }, (_, number) =>
      prepareRequest(header, appendRequest(number)),
    );
    this.connection = new Connection(target, maxOpen, (reason) => this.fail(reason));
  }

  get connected(): Promise<void> {
    return this.connection.connected;
  }

  /** @returns what was appended; latencies are measured from when a request should have been sent. */
  async run(seconds: number, perSecond: number): Promise<LoadResult> {
    const total = Math.max(1, Math.round(seconds * perSecond));
    let due = 0;
    const begin = performance.now();
    const done = new Promise<void>((resolve) => {
      this.finished = resolve;
    });
    const timer = setInterval(() => {
      const now = performance.now();
      for (const dueBy = ((now - begin) / 1000) * perSecond; due < Math.min(total, dueBy); due++) {
        this.waiting.push(now);
      }
      this.send(total);
    }, 1);
    const giveUp = setTimeout(
      () => this.fail(`${total - this.latencies.length} of ${total} answers missing`),
      seconds * 1000 + drainMs,
    );
    await done;
    clearInterval(timer);
    clearTimeout(giveUp);
    if (this.failure) throw this.failure;
    this.sessions.check();
    const sorted = this.latencies.toSorted((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;
    return {
      operations: total,
      seconds: (performance.now() - begin) / 1000,
      measured: { [latencyP50Ms]: quantile(0.5), [latencyP99Ms]: quantile(0.99) },
    };
  }

  close(): void {
    this.connection.close();
  }

  private send(total: number): void {
    while (this.waiting.length > 0 && this.sent - this.latencies.length < maxOpen) {
      const dueAt = this.waiting.shift() as number;
      const answer = new AppendAnswer(this.sessions, (problem) => {
        if (problem !== undefined) return this.fail(problem);
        this.latencies.push(performance.now() - dueAt);
        if (this.latencies.length === total) this.finished();
        else this.send(total);
      });
      this.connection.request(this.requests[this.sent++ % distinct] as Request, answer);
    }
  }

  private fail(reason: string): void {
    this.failure ??= new Error(reason);
    this.finished();
  }
}

const right = new ExpectedFields({ ":status": "200" });

class AppendAnswer implements Answer {
  private header: Fields | undefined;
  private readonly content: AnswerBody;

  constructor(
    sessions: AppendedSessions,
    private readonly done: (problem?: string) => void,
  ) {
    this.content = new AnswerBody((_, actual) => {
      sessions.add(actual);
      return true;
    });
    this.content.expect(Buffer.alloc(0));
  }

  fields(fields: Fields): void {
    this.header ??= fields;
  }

  body(data: Buffer, start: number, end: number): void {
    this.content.add(data, start, end);
  }

  end(): void {
    try {
      const isRight = right.in(this.header) && this.content.isRight(appendCall.contentType);
      this.done(isRight ? undefined : `wrong answer: ${JSON.stringify([...(this.header ?? [])])}`);
    } catch (error) {
      this.done((error as Error).message);
    }
  }

  reset(code: number): void {
    this.done(`stream reset with code ${code}`);
  }
}

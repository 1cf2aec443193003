import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { turns } from "../support/signals.js";
import type { Answer, Exchange } from "./answer.js";
import type { Case, HeaderLine, Leaving } from "./case.js";
import { followUpOf } from "./follow-up.js";
import { unlessStuck } from "./guard.js";
import { Http1Answers } from "./http1-answers.js";

/** One HTTP/1.1 connection, on which cases are sent one after the other. */
export class Http1Client {
  readonly #socket: Socket;
  readonly #answers = new Http1Answers();
  #ended = false;
  /** Whether anything of an answer has come since the last request. */
  #hasHeard = false;
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    // That it is gone is all that is compared; see known-differences.ts.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.#answers.add(chunk);
      this.#hasHeard = true;
      this.#tell();
    });
    const end = (): void => {
      this.#ended = true;
      this.#tell();
    };
    socket.on("end", end);
    socket.on("close", end);
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  static async open(port: number): Promise<Http1Client> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    await once(socket, "connect");
    return new Http1Client(socket);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends a case; `begun` resolves when its method waits for its signal. */
  async exchange(request: Case, begun: Promise<void>): Promise<Exchange> {
    this.#hasHeard = false;
    const sent = this.#send(request);
    if (request.leave !== undefined && (await this.#mayLeave(request.leave, sent, begun))) {
      return this.#leave(request.leave);
    }
    const answer = await this.#answer(request.method);
    await unlessStuck(sent);
    return this.#afterAnswer(request, answer);
  }

  /** Resolves with `true` when it is time to leave, or `false` if an answer comes first. */
  async #mayLeave({ when }: Leaving, sent: Promise<void>, begun: Promise<void>): Promise<boolean> {
    if (when === "begun") {
      return Promise.race([begun.then(() => true), this.#until(() => this.#hasHeard)]);
    }
    await sent;
    return true;
  }

  async #leave({ how }: Leaving): Promise<Exchange> {
    if (how === "fin") {
      this.#socket.end();
      await unlessStuck(this.#until(() => false));
    }
    this.#socket.destroy();
    return { answer: "left", connection: "closed" };
  }

  async #afterAnswer(request: Case, answer: Answer): Promise<Exchange> {
    if (request.followUp === undefined) {
      const last = saysClose(answer);
      if (last) await unlessStuck(this.#until(() => false));
      return { answer, connection: this.#state(answer) };
    }
    const next = followUpOf(request);
    if (request.followUp === "after" && !this.#ended) await this.#send(next);
    const followUp = await this.#answer(next.method);
    return { answer, followUp, connection: this.#state(followUp) };
  }

  #state(last: Answer): Exchange["connection"] {
    if (last.end === "stuck" || this.#answers.hasMore) return "unusable";
    return this.#ended || saysClose(last) ? "closed" : "open";
  }

  async #answer(method: string): Promise<Answer> {
    let answer: Answer | undefined;
    await unlessStuck(
      this.#until(() => {
        answer = this.#answers.take(method, this.#ended);
        return answer !== undefined;
      }),
    );
    answer ??= this.#answers.take(method, this.#ended);
    return answer ?? { ...(this.#answers.take(method, true) as Answer), end: "stuck" };
  }

  /** Resolves when `check` holds, or nothing can come any more. */
  async #until(check: () => boolean): Promise<false> {
    while (!check() && !this.#ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return false;
  }

  async #send(request: Case): Promise<void> {
    const { body, chunked = false, slowly = false, endApart = false, leave } = request;
    const pieces = leave?.when === "half" ? halfOf(body) : leave?.when === "header" ? [] : body;
    let pending = headOf(request);
    if (request.waitForContinue) {
      await this.#write(pending);
      pending = "";
      await unlessStuck(this.#until(() => this.#hasHeard));
    }
    for (const piece of pieces) {
      if (slowly) {
        await this.#write(pending);
        pending = "";
        await turns(1);
      }
      pending += chunked ? chunkOf(piece) : piece;
    }
    const isWhole = leave === undefined || leave.when === "begun";
    if (isWhole && chunked) {
      if (endApart) {
        await this.#write(pending);
        pending = "";
        await turns(1);
      }
      pending += `0\r\n${(request.trailers ?? []).map(lineOf).join("")}\r\n`;
    }
    if (request.followUp === "pipelined") {
      const next = followUpOf(request);
      pending += headOf(next) + next.body.join("");
    }
    await this.#write(pending);
  }

  async #write(text: string): Promise<void> {
    if (text === "" || this.#ended) return;
    await new Promise<void>((resolve) =>
      this.#socket.write(Buffer.from(text, "latin1"), () => resolve()),
    );
  }
}

function headOf({ method, target, version, authority, headers }: Case): string {
  const host: HeaderLine[] = authority === undefined ? [] : [["host", authority]];
  return `${method} ${target} HTTP/${version ?? "1.1"}\r\n${[...host, ...headers].map(lineOf).join("")}\r\n`;
}

const lineOf = ([name, value]: HeaderLine): string => `${name}: ${value}\r\n`;

const chunkOf = (piece: string): string =>
  piece === "" ? "" : `${piece.length.toString(16)}\r\n${piece}\r\n`;

function halfOf(body: readonly string[]): string[] {
  const text = body.join("");
  return [text.slice(0, Math.floor(text.length / 2))];
}

function saysClose({ headers }: Answer): boolean {
  return headers.some(([name, value]) => name === "connection" && /close/i.test(value));
}

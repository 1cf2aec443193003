import type { IncomingMessage, ServerResponse } from "node:http";
import { abandon } from "./abandon.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";
import { drainAfterAnswer } from "./unread-body.js";

interface Begun {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
  readonly mustArrive: boolean;
}

/**
 * Looks after bodies that take their time. What is left of one after its answer is read and thrown
 * away; and one that has to come to an end, and has not after `timeoutMs`, is ended: its connection
 * (HTTP/1.1) or stream (HTTP/2) is destroyed. A client that sends a byte now and then would not read
 * an answer either.
 *
 * Most bodies are there by the end of the turn in which their header was; only those that are not
 * are looked at again, so that an ordinary request costs neither a timer nor a listener.
 */
export class RequestBodies {
  readonly #timeoutMs: number;
  #begun: Begun[] = [];
  /** Requests whose body is awaited, and until when. */
  readonly #arriving = new Map<Begun, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Watches a request from its header on. */
  watch(request: NodeRequest, response: NodeResponse, mustArrive: boolean): void {
    if (this.#begun.length === 0) setImmediate(this.#endOfTurn);
    this.#begun.push({ request, response, mustArrive });
  }

  readonly #endOfTurn = (): void => {
    const begun = this.#begun;
    this.#begun = [];
    for (const entry of begun) if (!hasArrived(entry.request)) this.#await(entry);
  };

  #await(entry: Begun): void {
    const { request, response, mustArrive } = entry;
    if (!("stream" in request))
      drainAfterAnswer(request as IncomingMessage, response as ServerResponse);
    if (!mustArrive) return;
    this.#arriving.set(entry, performance.now() + this.#timeoutMs);
    this.#timer ??= this.#schedule();
  }

  /** Often enough that a request gets at most an eighth more than its time. */
  #schedule(): NodeJS.Timeout {
    return setTimeout(this.#look, Math.min(Math.ceil(this.#timeoutMs / 8), 5_000)).unref();
  }

  readonly #look = (): void => {
    const nowMs = performance.now();
    for (const [entry, deadlineMs] of this.#arriving) {
      const isOver = hasArrived(entry.request) || entry.response.destroyed;
      if (!isOver && deadlineMs > nowMs) continue;
      this.#arriving.delete(entry);
      if (!isOver) abandon(entry.response, "cancel");
    }
    this.#timer = this.#arriving.size > 0 ? this.#schedule() : undefined;
  };
}

/** Whether all of the body is here, read or not. */
function hasArrived(request: NodeRequest): boolean {
  if (!("stream" in request)) return request.complete;
  const { stream } = request;
  // An HTTP/2 request counts itself complete only when its body has been read to the end, which
  // for a GET need never be. The state knows as well, but costs a call into Node's core.
  const { endAfterHeaders, readableEnded, closed } = stream;
  return endAfterHeaders || readableEnded || closed || stream.state.remoteClose === 1;
}

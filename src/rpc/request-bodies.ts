/** The body of a request, on its way. */
export interface ArrivingBody {
  /** Whether all of it is here, read or not, or nobody needs it any more. */
  readonly hasArrived: boolean;
  /** Told when it is not here by the end of the turn in which its header was. */
  late?(): void;
  /** Whether it has to come to an end; false where a stream of messages may take its time. */
  readonly mustArrive: boolean;
  /** Breaks the request off: its time is up. */
  abandon(): void;
}

/**
 * Looks after bodies that take their time: one that has to come to an end, and has not after
 * `timeoutMs`, is abandoned. A client that sends a byte now and then would not read an answer either.
 *
 * Most bodies are there by the end of the turn in which their header was; only those that are not
 * are looked at again, so that an ordinary request costs neither a timer nor a listener.
 */
export class RequestBodies {
  readonly #timeoutMs: number;
  #begun: ArrivingBody[] = [];
  #spare: ArrivingBody[] = [];
  /** Bodies that are awaited, and until when. */
  readonly #arriving = new Map<ArrivingBody, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Watches a body from its request's header on. */
  watch(body: ArrivingBody): void {
    if (this.#begun.length === 0) setImmediate(this.#endOfTurn);
    this.#begun.push(body);
  }

  readonly #endOfTurn = (): void => {
    const begun = this.#begun;
    this.#begun = this.#spare;
    for (const body of begun) if (!body.hasArrived) this.#await(body);
    begun.length = 0;
    this.#spare = begun;
  };

  #await(body: ArrivingBody): void {
    body.late?.();
    if (!body.mustArrive) return;
    this.#arriving.set(body, performance.now() + this.#timeoutMs);
    this.#timer ??= this.#schedule();
  }

  /** Often enough that a request gets at most an eighth more than its time. */
  #schedule(): NodeJS.Timeout {
    return setTimeout(this.#look, Math.min(Math.ceil(this.#timeoutMs / 8), 5_000)).unref();
  }

  readonly #look = (): void => {
    const nowMs = performance.now();
    for (const [body, deadlineMs] of this.#arriving) {
      const { hasArrived } = body;
      if (!hasArrived && deadlineMs > nowMs) continue;
      this.#arriving.delete(body);
      if (!hasArrived) body.abandon();
    }
    this.#timer = this.#arriving.size > 0 ? this.#schedule() : undefined;
  };
}

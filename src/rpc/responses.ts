/** What is done with the parts of a stream of responses. */
export interface ResponseHooks<T, R> {
  readonly convert: (value: T) => R;
  /** Turns whatever was thrown into the error to throw on. */
  readonly fail: (reason: unknown) => unknown;
}

/**
 * Hands on what a method yields, until it ends or the call does.
 *
 * A generator that waits for something of its own never notices that its caller has left: nothing
 * resumes it. Every wait therefore ends with the signal. The method's iterator is asked to return
 * at that moment, and its clean-up runs as soon as it lets go of what it waits for.
 */
export function responses<T, R>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  hooks: ResponseHooks<T, R>,
): AsyncIterable<R> {
  return {
    [Symbol.asyncIterator]() {
      try {
        return new Responses(source[Symbol.asyncIterator](), signal, hooks);
      } catch (reason) {
        throw hooks.fail(reason);
      }
    },
  };
}

class Responses<T, R> implements AsyncIterator<R> {
  readonly #source: AsyncIterator<T>;
  readonly #signal: AbortSignal;
  readonly #hooks: ResponseHooks<T, R>;
  /** Rejects the pending `next()`. One callback, not a race: a race would grow with each message. */
  #interrupt: ((reason: unknown) => void) | undefined;
  #done = false;

  constructor(source: AsyncIterator<T>, signal: AbortSignal, hooks: ResponseHooks<T, R>) {
    this.#source = source;
    this.#signal = signal;
    this.#hooks = hooks;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  next(): Promise<IteratorResult<R>> {
    if (this.#signal.aborted) this.#onAbort();
    if (this.#done) {
      return this.#signal.aborted
        ? Promise.reject(this.#hooks.fail(this.#signal.reason))
        : Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      const take = (result: IteratorResult<T>): void => {
        this.#interrupt = undefined;
        try {
          if (result.done === true) {
            this.#finish();
            resolve({ done: true, value: undefined });
          } else if (!this.#done) {
            resolve({ done: false, value: this.#hooks.convert(result.value) });
          }
        } catch (reason) {
          this.#stopSource();
          reject(this.#hooks.fail(reason));
        }
      };
      const fail = (reason: unknown): void => {
        this.#interrupt = undefined;
        this.#finish();
        // If the call is over, its caller has an answer already; but the failure is told.
        reject(this.#hooks.fail(reason));
      };
      try {
        this.#source.next().then(take, fail);
      } catch (reason) {
        // Generators reject; this is an iterator written by hand.
        fail(reason);
      }
    });
  }

  return(): Promise<IteratorResult<R>> {
    this.#stopSource();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(reason: unknown): Promise<IteratorResult<R>> {
    this.#stopSource();
    return Promise.reject(reason);
  }

  readonly #onAbort = (): void => {
    const interrupt = this.#interrupt;
    this.#interrupt = undefined;
    this.#stopSource();
    interrupt?.(this.#hooks.fail(this.#signal.reason));
  };

  #finish(): void {
    this.#done = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
  }

  #stopSource(): void {
    if (this.#done) return;
    this.#finish();
    const fail = (reason: unknown): void => void this.#hooks.fail(reason);
    try {
      // Not awaited: it settles when the method lets go of what it waits for, which may be never.
      this.#source.return?.()?.then(undefined, fail);
    } catch (reason) {
      fail(reason);
    }
  }
}

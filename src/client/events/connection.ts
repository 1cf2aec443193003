import { Code, ConnectError } from "@connectrpc/connect";
import type { Clock } from "./clock.js";

/** What waiting for the next response has brought. */
export type Heard<Response> = { readonly response: Response } | { readonly lost: ConnectError };

/** One streaming call, until it ends in whatever way. */
export class Connection<Response> {
  readonly #call = new AbortController();
  readonly #responses: AsyncIterator<Response>;
  readonly #close = () => this.close();
  #settle: ((heard: Heard<Response>) => void) | undefined;

  /**
   * @param open starts the call.
   * @param maxSilenceMs how long nothing may come while it is waited for.
   * @param signal ends the call.
   */
  constructor(
    open: (signal: AbortSignal) => AsyncIterable<Response>,
    private readonly clock: Clock,
    private readonly maxSilenceMs: number,
    private readonly signal: AbortSignal,
  ) {
    this.#responses = open(this.#call.signal)[Symbol.asyncIterator]();
    signal.addEventListener("abort", this.#close);
  }

  /** Waits for the next response. After a loss there is none any more. */
  next(): Promise<Heard<Response>> {
    return new Promise((resolve) => {
      // A peer that vanished without a word looks like one that has nothing to say.
      const watchdog = this.clock.setTimeout(() => {
        settle({ lost: unavailable(`Nothing was heard for ${this.maxSilenceMs} ms.`) });
        this.close();
      }, this.maxSilenceMs);
      const settle = (heard: Heard<Response>) => {
        this.clock.clearTimeout(watchdog);
        resolve(heard);
      };
      this.#settle = settle;
      this.#responses.next().then(
        ({ value, done }) =>
          settle(done ? { lost: unavailable("The server ended the call.") } : { response: value }),
        (error: unknown) => settle({ lost: ConnectError.from(error) }),
      );
    });
  }

  /** Ends the call, and the wait for a response, at once. */
  close(): void {
    this.signal.removeEventListener("abort", this.#close);
    this.#call.abort();
    this.#settle?.({ lost: new ConnectError("The call was left.", Code.Canceled) });
  }
}

function unavailable(text: string): ConnectError {
  return new ConnectError(text, Code.Unavailable);
}

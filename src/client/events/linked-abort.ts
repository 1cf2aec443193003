/** An abort of one's own, which a caller's signal brings about too. */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #follow = () => this.#controller.abort(this.parent?.reason);

  constructor(private readonly parent: AbortSignal | undefined) {
    if (parent?.aborted) this.#follow();
    else parent?.addEventListener("abort", this.#follow);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts whatever is still under way, and lets go of the caller's signal. */
  end(): void {
    this.parent?.removeEventListener("abort", this.#follow);
    this.#controller.abort();
  }
}

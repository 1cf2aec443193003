/** A promise with its ends in the hands of the test. */
export interface Gate<T = void> {
  readonly opened: Promise<T>;
  open(value: T): void;
  fail(reason: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  let fail!: (reason: unknown) => void;
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  // Whether anybody waits for it is the test's business.
  opened.catch(() => {});
  return { opened, open, fail };
}

/** What happened, in order, and a way to wait for the next time it does. */
export class Journal {
  readonly entries: string[] = [];
  readonly #waiting: {
    readonly entry: string;
    readonly count: number;
    readonly tell: () => void;
  }[] = [];

  note(entry: string): void {
    this.entries.push(entry);
    for (const waiting of [...this.#waiting]) {
      if (this.count(waiting.entry) < waiting.count) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.tell();
    }
  }

  count(entry: string): number {
    return this.entries.filter((other) => other === entry).length;
  }

  /** Resolves when the entry has been made so many times. */
  until(entry: string, count = 1): Promise<void> {
    if (this.count(entry) >= count) return Promise.resolve();
    return new Promise((tell) => this.#waiting.push({ entry, count, tell }));
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

/** Resolves when everything that was due in this turn of the event loop, and in the next, has run. */
export async function turns(count = 2): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

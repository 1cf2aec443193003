/**
 * Runs a task at a steady pace that can change at any time. A beat that would fall into the one
 * before is left out, so the task never runs twice at once.
 */
export class Metronome {
  readonly #task: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #everyMs: number;
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #busy = false;

  /** What the task throws goes to `onError`, and the beat goes on. */
  constructor(task: () => Promise<void>, everyMs: number, onError: (error: unknown) => void) {
    this.#task = task;
    this.#everyMs = everyMs;
    this.#onError = onError;
  }

  get everyMs(): number {
    return this.#everyMs;
  }

  /** Takes effect at once: the next beat is due this long after the last one. */
  set everyMs(everyMs: number) {
    this.#everyMs = everyMs;
    this.#schedule();
  }

  /** The first beat is one interval from now. */
  start(): void {
    this.#running = true;
    this.#lastMs = performance.now();
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#running || this.#busy) return;
    const dueMs = this.#lastMs + this.#everyMs;
    this.#timer = setTimeout(() => void this.#beat(dueMs), Math.max(0, dueMs - performance.now()));
  }

  async #beat(dueMs: number): Promise<void> {
    // Counted from when it was due: being a little late must not delay all that follow. After a
    // long delay the pace starts over, or the next beat would come right on the heels of this one.
    const nowMs = performance.now();
    this.#lastMs = nowMs - dueMs < this.#everyMs / 2 ? dueMs : nowMs;
    this.#busy = true;
    try {
      await this.#task();
    } catch (error) {
      this.#onError(error);
    }
    this.#busy = false;
    this.#schedule();
  }
}

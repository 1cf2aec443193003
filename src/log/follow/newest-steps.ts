import type { Step, StepBatch } from "./place.js";
import { sizeOf } from "./recent-sessions.js";

/** What is kept, at most; the newest is, whatever its size. */
const maxBytes = 16 * 2 ** 20;

interface Kept {
  readonly batch: StepBatch;
  readonly step: Step;
  readonly bytes: number;
}

/** The sessions that came last, of those that are asked for. */
export class NewestSteps {
  #kept: Kept[] = [];
  #bytes = 0;
  /** Sessions that were passed over since one was taken. */
  #skipped = 0;

  constructor(private readonly size: number) {}

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  add(steps: readonly Step[]): void {
    for (const step of steps) {
      const { batch } = step;
      if (batch === undefined) continue;
      const bytes = sizeOf(batch.events);
      this.#kept.push({ batch, step, bytes });
      this.#bytes += bytes;
      while (this.#kept.length > this.size || (this.#bytes > maxBytes && this.#kept.length > 1)) {
        this.#take();
        this.#skipped++;
      }
    }
  }

  /** The oldest of them, with how many before it are not there. */
  shift(): Step | undefined {
    const oldest = this.#take();
    if (oldest === undefined || this.#skipped === 0) return oldest?.step;
    const { batch, step } = oldest;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return { ...step, batch: { ...batch, skipped } };
  }

  #take(): Kept | undefined {
    const oldest = this.#kept.shift();
    if (oldest !== undefined) this.#bytes -= oldest.bytes;
    return oldest;
  }
}

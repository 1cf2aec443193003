import type { Moment } from "./moment.js";

/** How far the two clocks of the machine may differ before they are set by each other again. */
const toleranceMs = 1;

/**
 * The time of day to the microsecond. `Date` knows milliseconds only, and `performance` nothing of
 * corrections of the clock: so it goes by the latter, as long as it agrees with the former.
 */
export class WallClock {
  #offsetMs = Number.NaN;

  now(): Moment {
    const dayMs = Date.now();
    let runMs = performance.now();
    if (!this.#agree(dayMs, runMs)) runMs = this.#lookAgain();
    const micros = Math.floor((runMs + this.#offsetMs) * 1000);
    const seconds = Math.floor(micros / 1e6);
    return { seconds, micros: micros - seconds * 1e6 };
  }

  /** Whether the clocks, read one after the other, are as far apart as before. */
  #agree(dayMs: number, runMs: number): boolean {
    const offBy = dayMs - (runMs + this.#offsetMs);
    // Within its millisecond the day may be up to one ahead.
    return offBy <= toleranceMs && offBy > -1 - toleranceMs;
  }

  /** Mostly it is the process that was stopped between the two clocks. */
  #lookAgain(): number {
    for (let left = 10; ; left--) {
      const before = performance.now();
      const dayMs = Date.now();
      const runMs = performance.now();
      if (runMs - before > toleranceMs && left > 0) continue;
      if (!this.#agree(dayMs, runMs)) this.#offsetMs = dayMs - runMs;
      return runMs;
    }
  }
}

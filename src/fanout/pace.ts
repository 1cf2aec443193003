import type { Clock } from "./clock.js";

/** Shorter work is not worth a timer, which knows whole milliseconds only. */
const leastMs = 1;

/**
 * Keeps work that comes again and again from taking more than half of the event loop's time: after
 * each time it rests for as long as that took. What is put off so is done together with what comes
 * meanwhile, so under load there is less of it to do.
 */
export class Pace {
  private restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Does the work now, or when its rest is over. */
  run(work: () => void): void {
    const leftMs = this.restUntilMs - this.clock.now();
    if (leftMs < leastMs) this.measure(work);
    else this.clock.setTimeout(() => this.measure(work), leftMs);
  }

  private measure(work: () => void): void {
    const beganMs = this.clock.now();
    work();
    if (this.clock.now() - beganMs < leastMs / 2) return;
    // What Node has put off to the end of this turn, sending most of all, is part of the work.
    setImmediate(() => {
      const endedMs = this.clock.now();
      this.restUntilMs = endedMs + (endedMs - beganMs);
    });
  }
}

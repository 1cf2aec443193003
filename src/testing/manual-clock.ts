import type { Clock, TimerHandle } from "../fanout/clock.js";

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock for tests: time stands still until `advance()` moves it. */
export class ManualClock implements Clock {
  private timeMs: number;
  private readonly timers = new Set<Timer>();

  constructor(startMs = 0) {
    this.timeMs = startMs;
  }

  /** Timers which have been set and have neither run nor been cleared. */
  get pending(): number {
    return this.timers.size;
  }

  now(): number {
    return this.timeMs;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer: Timer = { dueMs: this.timeMs + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    this.timers.delete(handle as Timer);
  }

  /**
   * Moves time forward by `ms` and runs what falls due on the way, earliest first, those of the
   * same moment in the order they were set. Timers set on the way run too when they fall due.
   */
  advance(ms: number): void {
    const untilMs = this.timeMs + ms;
    for (let timer = this.nextDue(untilMs); timer; timer = this.nextDue(untilMs)) {
      this.timers.delete(timer);
      this.timeMs = Math.max(this.timeMs, timer.dueMs);
      timer.callback();
    }
    // A timer may itself have moved it further.
    this.timeMs = Math.max(this.timeMs, untilMs);
  }

  private nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}

import type { Clock, TimerHandle } from "./clock.js";

/**
 * Calls back whenever nothing has happened for a while. Something happening costs a look at the
 * clock, not a timer: the one timer there is finds out when it runs.
 */
export class IdleTimer {
  private timer: TimerHandle;
  private quietSinceMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly onIdle: () => void,
  ) {}

  start(): void {
    this.arm(this.everyMs);
  }

  /** Something happened. */
  touch(): void {
    this.quietSinceMs = this.clock.now();
  }

  stop(): void {
    this.clock.clearTimeout(this.timer);
  }

  private arm(delayMs: number): void {
    this.timer = this.clock.setTimeout(this.look, delayMs);
  }

  private readonly look = (): void => {
    const leftMs = this.quietSinceMs + this.everyMs - this.clock.now();
    if (leftMs > 0) {
      this.arm(leftMs);
      return;
    }
    // First the timer, then the callback: it may call stop().
    this.arm(this.everyMs);
    this.onIdle();
  };
}

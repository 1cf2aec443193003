import type { Clock } from "./clock.js";
import { Pace } from "./pace.js";
import { Turn, type TurnMember } from "./turn.js";

/** Has something to be written at the end of a turn. */
export interface Flushable {
  flush(): void;
}

/**
 * Has what was gathered within a turn of the event loop written at its end, all of it in one go, so
 * that however it is spread it takes no more than half of the time; see `Pace`.
 */
export class FlushRounds implements TurnMember {
  private readonly turn = new Turn();
  private readonly pace: Pace;
  private waiting: Flushable[] = [];
  private spare: Flushable[] = [];

  constructor(clock: Clock) {
    this.pace = new Pace(clock);
  }

  /** Calls `flush()` once, at the end of the turn or soon after it. */
  add(flushable: Flushable): void {
    if (this.waiting.length === 0) this.turn.atEnd(this);
    this.waiting.push(flushable);
  }

  turnEnded(): void {
    this.pace.run(this.flush);
  }

  private readonly flush = (): void => {
    const { waiting } = this;
    // What a flush sets free belongs to the next round.
    this.waiting = this.spare;
    for (const flushable of waiting) flushable.flush();
    waiting.length = 0;
    this.spare = waiting;
  };
}

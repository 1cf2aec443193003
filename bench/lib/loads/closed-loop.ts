/**
 * A closed loop: a fixed number of lanes, each with one operation in flight, which starts the next
 * as soon as one is answered.
 */
import type { LoadResult } from "../load.js";

/** A request and the one right answer to it. */
export interface Exchange {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/** Something that carries one operation at a time, and reports back to its loop. */
export interface Lane<E> {
  send(exchange: E): void;
}

/** How long after the end of a round an answer may still arrive before it counts as missing. */
const drainSeconds = 5;

export class ClosedLoop<E> {
  private next = 0;
  private started = 0;
  private operations = 0;
  private running = false;
  private finish: (failure?: Error) => void = () => {};
  private failure: Error | undefined;

  /**
   * `exchanges` are used in turn. A number of them that shares no factor with the number of lanes
   * makes every lane see all of them, so that neither a constant nor a neighbour's answer passes.
   */
  constructor(private readonly exchanges: readonly E[]) {}

  async run(lanes: readonly Lane<E>[], seconds: number): Promise<LoadResult> {
    if (this.failure) throw this.failure;
    this.started = 0;
    this.operations = 0;
    this.running = true;
    const begin = performance.now();
    const done = new Promise<void>((resolve, reject) => {
      this.finish = (failure) => (failure ? reject(failure) : resolve());
    });
    // A flag set by a timer is cheaper than reading the clock for every operation.
    const stop = setTimeout(() => {
      this.running = false;
    }, seconds * 1000);
    const giveUp = setTimeout(
      () => this.failed(`${this.started - this.operations} of ${this.started} answers missing`),
      (seconds + drainSeconds) * 1000,
    );
    for (const lane of lanes) this.start(lane);
    try {
      await done;
    } finally {
      clearTimeout(stop);
      clearTimeout(giveUp);
    }
    return { operations: this.operations, seconds: (performance.now() - begin) / 1000 };
  }

  /** The lane's operation was answered, and the answer was right. */
  answered(lane: Lane<E>): void {
    this.operations++;
    if (this.running) this.start(lane);
    else if (this.operations === this.started) this.finish();
  }

  /** Something came back wrong, or not at all. Ends this run, and any later one. */
  failed(message: string): void {
    this.failure ??= new Error(message);
    this.running = false;
    this.finish(this.failure);
  }

  private start(lane: Lane<E>): void {
    this.started++;
    lane.send(this.exchanges[this.next] as E);
    if (++this.next === this.exchanges.length) this.next = 0;
  }
}

/**
 * Counts and checks what all subscribers receive, and confirms it turn by turn, so that the server
 * always has something to publish but never runs far ahead.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Load, LoadResult } from "../load.js";
import { Audience, type AudienceOptions, patienceSeconds } from "./audience.js";
import { Control } from "./control.js";
import { Stuck, type StuckOptions } from "./stuck.js";

export interface FanOutOptions extends AudienceOptions {
  /** Messages published in one turn of the server's event loop; 1 by default. */
  readonly perTurn?: number;
  /** Turns the server may be ahead. */
  readonly window: number;
  /** One more subscriber, who does not read. */
  readonly stuck?: StuckOptions;
  /**
   * It comes when the readers have left: so that the server that is compared has the same history
   * of floods and collections, which cost it the code that it had compiled.
   */
  readonly stuckAfterwards?: boolean;
}

export class FanOut implements Load {
  private readonly perTurn: number;
  private readonly window: number;
  private control!: Control;
  private audience!: Audience;
  private stuck: Stuck | undefined;
  private turns = 0;

  constructor(
    private readonly target: URL,
    private readonly options: FanOutOptions,
  ) {
    this.perTurn = options.perTurn ?? 1;
    this.window = options.window;
  }

  async open(): Promise<void> {
    const { target, options } = this;
    this.control = await Control.connect(target);
    // A few confirmations per window keep the server busy; one for each turn would be work for it.
    const step = Math.ceil(this.window / 4);
    this.audience = new Audience(target, options, (turn) => {
      if (turn > 0 && turn % step === 0) this.control.confirm(turn);
    });
    this.stuck = options.stuck && new Stuck(target, options.stuck);
    if (!options.stuckAfterwards) await this.stuck?.subscribe(this.control);
    await this.audience.connect();
    await this.audience.subscribe(this.control, this.others);
    await this.audience.first(this.control);
  }

  async run(seconds: number): Promise<LoadResult> {
    const { control, perTurn, window } = this;
    const { tally } = this.audience;
    const begin = performance.now();
    await control.call("run", { perTurn, window });
    await tally.unlessFailing(sleep(seconds * 1000));
    this.turns = await control.call("stop");
    await tally.reached(this.turns, patienceSeconds);
    const end = performance.now();
    return { operations: this.turns * perTurn * tally.readers, seconds: (end - begin) / 1000 };
  }

  async close(): Promise<void> {
    const { control, audience, stuck, options } = this;
    // By now nothing more than that may have come.
    audience.tally.exactly(this.turns);
    await audience.leave(control, this.others);
    if (options.stuckAfterwards) await stuck?.subscribe(control);
    await stuck?.leave(control);
    control.close();
  }

  /** Who subscribes besides the audience. */
  private get others(): number {
    return this.stuck && !this.options.stuckAfterwards ? 1 : 0;
  }
}

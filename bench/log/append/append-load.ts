/**
 * Appends as fast as they are answered, each awaited until it is durable.
 *
 * The time of a round ends when the store has done what it left for later: indexes that are written
 * behind cannot be had for nothing.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { drive } from "../../lib/drive.js";
import type { Load, LoadResult } from "../../lib/load.js";
import type { Store } from "./store.js";

export interface AppendOptions {
  /** Appends in flight. */
  readonly inFlight: number;
  /** Events of one append. */
  readonly perAppend: number;
}

/** What is measured besides. */
export const acknowledged = "acknowledged";
export const finishMs = "finishMs";
export const loopDelayP99Ms = "loopDelayP99Ms";

export class AppendLoad implements Load {
  private store!: Store;
  private next = 0;

  constructor(
    private readonly openStore: () => Promise<Store>,
    private readonly options: AppendOptions,
  ) {}

  async open(): Promise<void> {
    this.store = await this.openStore();
    this.next = this.store.first;
  }

  async run(seconds: number): Promise<LoadResult> {
    const { store, options } = this;
    const { inFlight, perAppend } = options;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const driven = await drive(inFlight, seconds, () => {
      const number = this.next;
      this.next += perAppend;
      return store.append(number, perAppend);
    });
    delay.disable();
    const begin = performance.now();
    await store.finish();
    const behindMs = performance.now() - begin;
    const operations = driven.operations * perAppend;
    return {
      operations,
      seconds: driven.seconds + behindMs / 1000,
      measured: {
        [acknowledged]: operations / driven.seconds,
        [finishMs]: behindMs,
        [loopDelayP99Ms]: delay.percentile(99) / 1e6,
      },
    };
  }

  close(): Promise<void> {
    return this.store.verify(this.next);
  }
}

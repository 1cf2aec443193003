/**
 * A subscriber who does not read: its window is exhausted by the second message and never enlarged.
 * It still answers to PING, so the server has no reason to take it for dead.
 */
import { Audience, type AudienceOptions } from "./audience.js";
import type { Control } from "./control.js";

export interface StuckOptions extends AudienceOptions {
  /** What its connection takes, all in all. */
  readonly streamWindow: number;
  /** What the server may hold for it. */
  readonly maxQueuedBytes: number;
}

/** More than streams and sockets buffer: from there on the server has to hold or drop. */
const fillingMessages = 2_000;
/** Far more than anybody may keep: over 10 MB even if each took no more than its payload. */
const floodMessages = 100_000;
/** What collecting garbage may leave, one time more than another. */
const maxGrowthBytes = 2e6;

export class Stuck {
  private readonly audience: Audience;

  constructor(
    target: URL,
    private readonly options: StuckOptions,
  ) {
    this.audience = new Audience(target, options);
  }

  async subscribe(control: Control): Promise<void> {
    await this.audience.connect();
    await this.audience.subscribe(control);
    await this.audience.first(control);
    await control.call("flood", fillingMessages);
  }

  /** Checks, when nobody else subscribes any more, that what it misses takes no memory. */
  async leave(control: Control): Promise<void> {
    const { streamWindow, maxQueuedBytes } = this.options;
    const before = await control.call("memory");
    await control.call("flood", floodMessages);
    const after = await control.call("memory");
    const received = this.audience.tally.received(0);
    if (received !== streamWindow) {
      throw new Error(`the stuck subscriber received ${received} bytes instead of ${streamWindow}`);
    }
    if (after.queuedBytes > maxQueuedBytes) {
      throw new Error(`${after.queuedBytes} bytes are queued for the stuck subscriber`);
    }
    // Of what is in use: when a heap gives pages back is its own business.
    const growth = after.liveBytes - before.liveBytes;
    if (growth > maxGrowthBytes) {
      throw new Error(`${floodMessages} messages for a stuck subscriber took ${growth} bytes`);
    }
    await this.audience.leave(control);
  }
}

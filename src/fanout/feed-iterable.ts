import { type Clock, systemClock } from "./clock.js";
import type { ChannelListener, Feed } from "./feed.js";

/**
 * A feed as an iterable, for one loop: everything it lacks, then what comes, and heartbeats.
 * Aborting the signal ends the loop with its reason; so does leaving it.
 */
export async function* feedIterable<T, P>(
  feed: Feed<T, P>,
  signal: AbortSignal,
  clock: Clock = systemClock,
): AsyncGenerator<T, void> {
  const watch = new Watch<T>(clock, feed.heartbeatMs);
  const onAbort = () => watch.end(signal.reason);
  let stopListening: (() => void) | undefined;
  try {
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    for (;;) {
      for await (const items of feed.behind()) {
        for (const item of items) {
          watch.throwIfOver();
          yield item;
        }
      }
      watch.throwIfOver();
      if (!feed.isLevel) continue;
      stopListening ??= feed.channel.listen(watch);
      if ((await watch.next()) === "quiet") yield feed.heartbeat();
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    stopListening?.();
    feed.close();
  }
}

/** Waits for something to come. */
class Watch<T> implements ChannelListener<T> {
  private failure: { readonly reason: unknown } | undefined;
  private wake: ((what: "item" | "quiet") => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly quietMs: number,
  ) {}

  item(): void {
    this.wake?.("item");
  }

  end(reason: unknown): void {
    this.failure ??= { reason };
    this.wake?.("item");
  }

  async next(): Promise<"item" | "quiet"> {
    let timer: unknown;
    const what = await new Promise<"item" | "quiet">((resolve) => {
      this.wake = resolve;
      timer = this.clock.setTimeout(() => resolve("quiet"), this.quietMs);
    });
    this.wake = undefined;
    this.clock.clearTimeout(timer);
    this.throwIfOver();
    return what;
  }

  throwIfOver(): void {
    if (this.failure !== undefined) throw this.failure.reason;
  }
}

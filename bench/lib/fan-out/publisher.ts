/** The server's half of the closed loop: publishes as fast as the load confirms. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { serve } from "../server.js";
import { type Commands, controlled, type Memory, type Pace } from "./control.js";

/** What a server is made to offer. */
export interface Feed {
  readonly url: string;
  /**
   * Gives the message of this number, from 0, to all subscribers. If it returns a promise that
   * rejects, the bench fails.
   */
  publish(number: number): unknown;
  subscribers(): number;
  queuedBytes?(): number;
}

/** Runs a feed in this process. The fragment of the URL it reports is the port of its control. */
export function serveFeed(start: () => Promise<Feed>): Promise<void> {
  return serve(async () => {
    const feed = await start();
    const publisher = new Publisher(feed);
    const port = await controlled(publisher, (turns) => publisher.confirmed(turns));
    return `${feed.url}#${port}`;
  });
}

/** How long subscribers may take to come or go. */
const subscribedWithinMs = 30_000;

/** A full collection leaves work to finalizers, and those leave garbage. */
const collections = 5;

/** Messages of a flood published in one turn. */
const floodPerTurn = 100;

class Publisher implements Commands {
  private next = 0;
  private pace: Pace = { perTurn: 0, window: 0 };
  private turnsPublished = 0;
  private turnsConfirmed = 0;
  private running = false;
  /** A turn is due. */
  private scheduled = false;
  private failure: Error | undefined;

  constructor(private readonly feed: Feed) {}

  async subscribed(count: number): Promise<void> {
    const giveUpAt = performance.now() + subscribedWithinMs;
    while (this.feed.subscribers() !== count) {
      if (performance.now() > giveUpAt) {
        throw new Error(
          `the server has ${this.feed.subscribers()} subscribers instead of ${count}`,
        );
      }
      await nextTurn();
    }
  }

  first(publish: boolean): void {
    this.next = 0;
    if (publish) this.publish();
  }

  run(pace: Pace): void {
    this.pace = pace;
    this.turnsPublished = 0;
    this.turnsConfirmed = 0;
    this.running = true;
    this.goOn();
  }

  confirmed(turns: number): void {
    this.turnsConfirmed = turns;
    this.goOn();
  }

  stop(): number {
    this.running = false;
    if (this.failure) throw this.failure;
    return this.turnsPublished;
  }

  async flood(messages: number): Promise<void> {
    for (let left = messages; left > 0; left--) {
      this.publish();
      if (left % floodPerTurn === 0) await nextTurn();
    }
    if (this.failure) throw this.failure;
  }

  async memory(): Promise<Memory> {
    for (let i = 0; i < collections; i++) {
      globalThis.gc?.();
      await nextTurn();
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return {
      rssBytes: rss,
      liveBytes: heapUsed + external,
      queuedBytes: this.feed.queuedBytes?.() ?? 0,
    };
  }

  private goOn(): void {
    const open = this.turnsPublished - this.turnsConfirmed < this.pace.window;
    if (!this.running || !open || this.scheduled) return;
    this.scheduled = true;
    // In the turn after next: by then a server that sends at the end of a turn, or in the next one,
    // has sent what it has, and does not gather the messages of several turns.
    setImmediate(() => setImmediate(() => this.turn()));
  }

  private turn(): void {
    this.scheduled = false;
    if (!this.running) return;
    for (let i = 0; i < this.pace.perTurn; i++) this.publish();
    this.turnsPublished++;
    this.goOn();
  }

  private publish(): void {
    const published = this.feed.publish(this.next++);
    Promise.resolve(published).catch((error: Error) => {
      this.failure ??= error;
    });
  }
}

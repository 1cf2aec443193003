import { SluiceError } from "../../errors.js";
import type { Channel, Feed } from "../../fanout/feed.js";
import { Chase } from "./chase.js";
import type { FollowContext } from "./follow.js";
import type { FeedItems, LiveChannels } from "./live-channels.js";
import type { Place } from "./place.js";
import type { SubscribeOptions } from "./subscribe-request.js";

/** What to follow, from where, and how often to hear that nothing happens. */
export interface FeedOptions extends Omit<SubscribeOptions, "signal"> {
  readonly heartbeatMs: number;
}

/** Makes feeds of a log. */
export class LogFeeds<T> {
  #present = 0;

  /** @param maxSubscribers feeds that may be followed at once. */
  constructor(
    private readonly context: FollowContext,
    readonly channels: LiveChannels<T>,
    private readonly maxSubscribers: number,
  ) {}

  /** Feeds that are followed. */
  get size(): number {
    return this.#present;
  }

  /**
   * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`, and when it is
   * followed `event_unknown`, `topic_subscribers_exceeded`, `log_closed`.
   */
  open(options: FeedOptions): Feed<T, Place> {
    return new LogFeed(new Chase(this.context, options), this, options);
  }

  /** Somebody follows one. */
  enter(): void {
    if (this.#present >= this.maxSubscribers) {
      throw new SluiceError(
        "topic_subscribers_exceeded",
        `${this.maxSubscribers} subscribers follow the log, as many as may (maxSubscribers).`,
      );
    }
    this.#present++;
  }

  leave(): void {
    this.#present--;
  }
}

/** Somebody who follows a log, and is given what comes. */
class LogFeed<T> implements Feed<T, Place> {
  readonly keepsAll: boolean;
  readonly heartbeatMs: number;
  readonly #items: FeedItems<T>;
  #isPresent = false;
  #isOver = false;
  #wasLevel = false;

  constructor(
    private readonly chase: Chase,
    private readonly feeds: LogFeeds<T>,
    { policy, heartbeatMs }: FeedOptions,
  ) {
    this.keepsAll = policy !== "latest";
    this.heartbeatMs = heartbeatMs;
    this.#items = feeds.channels.items;
  }

  get isLevel(): boolean {
    return this.chase.isLevel;
  }

  get channel(): Channel<T, Place> {
    const channel = this.feeds.channels.of(this.chase.wanted, this.heartbeatMs);
    channel.reached(this.chase.place?.version ?? 0);
    return channel;
  }

  async *behind(): AsyncGenerator<readonly T[], void> {
    const { chase } = this;
    if (this.#isOver) return;
    if (!this.#isPresent) {
      this.feeds.enter();
      this.#isPresent = true;
    }
    for await (const steps of chase.steps()) {
      const items: T[] = [];
      for (const { batch } of steps) if (batch !== undefined) items.push(this.#items.batch(batch));
      if (items.length > 0) yield items;
    }
    if (this.#wasLevel || !chase.isLevel) return;
    this.#wasLevel = true;
    yield [this.#items.caughtUp(chase.wanted, chase.place!)];
  }

  moveTo(place: Place): void {
    this.chase.moveTo(place);
  }

  heartbeat(): T {
    return this.#items.heartbeat(this.chase.wanted, this.chase.place);
  }

  close(): void {
    this.#isOver = true;
    if (this.#isPresent) this.feeds.leave();
    this.#isPresent = false;
  }
}

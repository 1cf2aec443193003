import { SluiceError } from "../errors.js";
import { Audience } from "./audience.js";
import type { TimerHandle } from "./clock.js";
import { Deque } from "./deque.js";
import { IdleTimer } from "./idle-timer.js";
import { type Entry, measure } from "./policy-queue.js";
import { PublishLine } from "./publish-line.js";
import { closedError, refusal } from "./refusal.js";
import type { Sink, Subscribable, SubscribeOptions, Subscription } from "./sink.js";
import {
  type ResolvedTopicOptions,
  resolveTopicOptions,
  type TopicOptions,
} from "./topic-options.js";
import type { TopicStats } from "./topic-stats.js";
import { Turn } from "./turn.js";

/** What `publish()` returns when there is nothing to wait for. */
const done: Promise<void> = Promise.resolve();

/**
 * One published sequence and everybody who follows it.
 *
 * It pushes: `publish()` writes straight into the sink of every subscriber. Only while a sink is
 * back-pressured does the bounded queue of that subscriber fill, and only then does the policy
 * matter. All subscribers see the same order, also when sinks publish, subscribe or close from
 * within `write()`: what is published in there has its turn after the item in progress.
 */
export class Topic<T> implements Subscribable<T> {
  private readonly options: ResolvedTopicOptions<T>;
  private readonly audience: Audience<T>;
  private readonly line = new PublishLine<T>();
  /** The last items, for newcomers. */
  private readonly window = new Deque<Entry<T>>();
  private readonly idle: IdleTimer | undefined;
  private evictTimer: TimerHandle;
  /** Publishes made by sinks since the outermost call began. */
  private nested = 0;
  private over = false;
  private ownTurn: Turn | undefined;

  /** @throws SluiceError `topic_options_invalid`, naming every option that is wrong. */
  constructor(options: TopicOptions<T> = {}) {
    this.options = resolveTopicOptions(options);
    this.audience = new Audience(this.options, () => this.onward());
    const { heartbeat, clock } = this.options;
    if (heartbeat !== undefined) {
      const idle = new IdleTimer(clock, heartbeat.everyMs, () => this.beat(heartbeat.item));
      this.idle = idle;
      this.onPresence((present) => (present ? idle.start() : idle.stop()));
    }
  }

  /** Subscribers present. */
  get size(): number {
    return this.audience.size;
  }

  get closed(): boolean {
    return this.over;
  }

  /** Whether a newcomer would be given anything. */
  get hasReplay(): boolean {
    return this.window.length > 0;
  }

  get turn(): Turn {
    this.ownTurn ??= new Turn();
    return this.ownTurn;
  }

  /**
   * Gives the item to every subscriber, and keeps it for the replay.
   *
   * Resolves once everyone who was there when its turn came has accepted it (written or queued)
   * or has left: with `latest` that is at once, with `fifo` it may have to wait for room, and
   * publishes made meanwhile wait behind it. A rejection need not be handled: refused publishes
   * are counted, and bring nothing down if nobody awaits the promise.
   *
   * @throws (rejects) SluiceError `topic_publish_overflow`: `maxWaiting` are waiting already, or
   *   sinks made that many publishes from within one `write()`. Given to nobody.
   * @throws (rejects) SluiceError `topic_closed`: before its turn came or while it was waiting.
   * @throws (rejects) what `sizeOf` throws. Given to nobody.
   */
  publish(item: T): Promise<void> {
    if (this.over) return refusal(closedError());
    const entry: Entry<T> = { item, size: -1 };
    if (this.audience.busy || this.line.current !== undefined) return this.wait(entry);
    this.audience.enter();
    let outcome = done;
    try {
      this.deliver(entry);
      if (this.audience.stragglers > 0) {
        outcome = this.line.hold(entry);
        this.armEviction();
      }
    } catch (error) {
      outcome = refusal(error);
    }
    this.audience.exit();
    return outcome;
  }

  /**
   * Adds a subscriber. What is kept for the replay is written before this returns.
   *
   * @throws SluiceError `topic_subscribers_exceeded`: `maxSubscribers` are present.
   * @throws SluiceError `topic_closed`.
   */
  subscribe(sink: Sink<T>, options: SubscribeOptions = {}): Subscription {
    if (this.over) throw closedError();
    const { maxSubscribers } = this.options;
    if (this.size >= maxSubscribers) {
      this.audience.stats.refused++;
      throw new SluiceError(
        "topic_subscribers_exceeded",
        `The topic has ${maxSubscribers} subscribers, as many as it may have (maxSubscribers)`,
      );
    }
    return this.audience.add(sink, options, this.window);
  }

  /** Ends everybody who is present, with an error or normally. The topic remains usable. */
  endSubscribers(error?: unknown): void {
    this.audience.endAll(error);
  }

  /**
   * Ends everybody, with an error or normally, and refuses everything from now on. Publishes
   * which are waiting reject with `topic_closed`.
   */
  close(error?: unknown): void {
    this.over = true;
    this.window.clear();
    this.line.rejectAll(closedError(error));
    this.options.clock.clearTimeout(this.evictTimer);
    this.audience.endAll(error);
  }

  /** Forgets what is kept for newcomers. */
  clearReplay(): void {
    this.window.clear();
  }

  /**
   * Calls `listener(true)` when the first subscriber has come and `listener(false)` when the last
   * one has left, after everything else about it is done. Who comes and goes within one call is
   * not reported. Listeners are called in the order they were added and must not throw.
   */
  onPresence(listener: (present: boolean) => void): void {
    this.audience.onPresence(listener);
  }

  stats(): TopicStats {
    return { ...this.audience.stats, subscribers: this.size, waiting: this.line.length };
  }

  private wait(entry: Entry<T>): Promise<void> {
    const { maxWaiting } = this.options;
    // Counting those made by sinks bounds a sink which answers every item with another publish.
    if (this.line.length >= maxWaiting || (this.audience.busy && ++this.nested > maxWaiting)) {
      this.audience.stats.overflows++;
      return refusal(
        new SluiceError(
          "topic_publish_overflow",
          `${maxWaiting} publishes are waiting already, as many as may (maxWaiting)`,
        ),
      );
    }
    return this.line.join(entry);
  }

  private deliver(entry: Entry<T>): void {
    const { stats } = this.audience;
    // Somebody will have to queue it. Should sizeOf throw, then before anything has happened.
    if (stats.blocked > 0) measure(entry, this.options.sizeOf);
    stats.published++;
    if (this.options.replay > 0) {
      if (this.window.length === this.options.replay) this.window.shift();
      this.window.push(entry);
    }
    this.idle?.touch();
    this.audience.deliver(entry);
  }

  /** Run when no sink is running any more: does everything that has become possible. */
  private onward(): void {
    const { line, audience } = this;
    if (line.current !== undefined && audience.stragglers === 0) {
      this.options.clock.clearTimeout(this.evictTimer);
      line.finish();
    }
    while (line.current === undefined) {
      const next = line.next();
      if (next === undefined) break;
      try {
        this.deliver(next.entry);
      } catch (error) {
        next.reject(error);
        continue;
      }
      if (audience.stragglers === 0) {
        next.resolve();
      } else {
        line.current = next;
        this.armEviction();
      }
    }
    this.nested = 0;
  }

  private armEviction(): void {
    const { evictAfterMs, clock } = this.options;
    if (evictAfterMs === undefined) return;
    this.evictTimer = clock.setTimeout(() => {
      this.audience.evict(
        () =>
          new SluiceError(
            "topic_subscriber_evicted",
            `The subscriber kept others waiting for ${evictAfterMs} ms (slow.evictAfterMs)`,
          ),
      );
    }, evictAfterMs);
  }

  private beat(makeItem: () => T): void {
    // While a sink runs, the topic is not idle.
    if (this.audience.busy) return;
    this.audience.enter();
    try {
      this.audience.beat(makeItem());
    } catch {
      this.audience.stats.failures++;
    }
    this.audience.exit();
  }
}

import { SluiceError } from "../errors.js";
import { MAX_DELAY_MS, type TimerHandle } from "./clock.js";
import { closedError, refusal } from "./refusal.js";
import { sharedSource } from "./shared-source.js";
import type { Sink, Subscribable, SubscribeOptions, Subscription } from "./sink.js";
import { Topic } from "./topic.js";
import {
  OptionCheck,
  type ResolvedTopicOptions,
  resolveTopicOptions,
  type TopicOptions,
} from "./topic-options.js";
import { addStats, type TopicStats, zeroStats, zeroTotals } from "./topic-stats.js";
import { Turn } from "./turn.js";

/** Options of `KeyedTopics`; those of a topic hold for each key. */
export interface KeyedTopicsOptions<T> extends TopicOptions<T> {
  /** Keys with a topic at once; default 10,000. */
  readonly maxKeys?: number;
  /** How long the replay of a key is kept when nobody subscribes or publishes; default 60,000. */
  readonly idleMs?: number;
  /** Makes a generator the source of every key, see `sharedSource`. */
  readonly source?: (key: string, signal: AbortSignal) => AsyncIterable<T>;
}

/** What `KeyedTopics.stats()` returns: the sum over all keys there are and ever were. */
export interface KeyedTopicsStats extends TopicStats {
  /** Keys with a topic now. */
  keys: number;
  /** Idle keys dropped before their time, to make room for another. */
  keysDisplaced: number;
  /** Publishes and subscribers refused by `maxKeys`. */
  keysRefused: number;
}

/** One key of keyed topics. Holding it keeps nothing alive: the topic is looked up each time. */
export interface KeyedTopic<T> extends Subscribable<T> {
  publish(item: T): Promise<void>;
}

/**
 * A topic for every key, made when it is first needed and dropped when it is idle: when nobody
 * subscribes, and there is nothing to replay or has been no publish for `idleMs`.
 *
 * At most `maxKeys` exist. When there is no room for another, the topic which has been idle for
 * longest is dropped early; one with subscribers never is.
 */
export class KeyedTopics<T> {
  private readonly topics = new Map<string, Topic<T>>();
  /** Since when the keys without subscribers are idle, the longest first. */
  private readonly idle = new Map<string, number>();
  private readonly options: ResolvedTopicOptions<T>;
  private readonly maxKeys: number;
  private readonly idleMs: number;
  private readonly turn = new Turn();
  private readonly droppedTotals = zeroTotals();
  private keysDisplaced = 0;
  private keysRefused = 0;
  private timer: TimerHandle;
  private timerSet = false;
  private over = false;

  /** @throws SluiceError `topic_options_invalid`, naming every option that is wrong. */
  constructor(private readonly given: KeyedTopicsOptions<T> = {}) {
    const { maxKeys = 10_000, idleMs = 60_000 } = given;
    const check = new OptionCheck();
    check.integer(maxKeys, "maxKeys", 1);
    check.integer(idleMs, "idleMs", 0, MAX_DELAY_MS);
    this.options = resolveTopicOptions(given, check);
    this.maxKeys = maxKeys;
    this.idleMs = idleMs;
  }

  /** Keys which have a topic now. */
  get size(): number {
    return this.topics.size;
  }

  /** One key, as something that can be published to and subscribed to. */
  topic(key: string): KeyedTopic<T> {
    return {
      publish: (item) => this.publish(key, item),
      subscribe: (sink, options) => this.subscribe(key, sink, options),
      turn: this.turn,
    };
  }

  /**
   * `Topic.publish()` of the key. Without a topic and without a replay it reaches nobody, and
   * makes no topic.
   *
   * @throws (rejects) SluiceError `topic_keys_exceeded`: there is no room for another key.
   * @throws (rejects) what `Topic.publish()` rejects with.
   */
  publish(key: string, item: T): Promise<void> {
    if (this.over) return refusal(closedError());
    let topic = this.topics.get(key);
    if (topic === undefined) {
      if (this.options.replay === 0) {
        this.droppedTotals.published++;
        return Promise.resolve();
      }
      try {
        topic = this.create(key);
      } catch (error) {
        return refusal(error);
      }
    }
    const published = topic.publish(item);
    if (topic.size === 0) this.rest(key, topic);
    return published;
  }

  /**
   * `Topic.subscribe()` of the key.
   *
   * @throws SluiceError `topic_keys_exceeded`: there is no room for another key.
   * @throws what `Topic.subscribe()` throws.
   */
  subscribe(key: string, sink: Sink<T>, options?: SubscribeOptions): Subscription {
    if (this.over) throw closedError();
    const topic = this.topics.get(key) ?? this.create(key);
    // While the sink takes the replay it may itself need room for a key; not this one's.
    this.idle.delete(key);
    try {
      return topic.subscribe(sink, options);
    } finally {
      if (topic.size === 0) this.rest(key, topic);
    }
  }

  /** `Topic.close()` of every key; from now on everything is refused. */
  close(error?: unknown): void {
    this.over = true;
    for (const [key, topic] of [...this.topics]) this.drop(key, topic, error);
    this.options.clock.clearTimeout(this.timer);
  }

  stats(): KeyedTopicsStats {
    const sum = zeroStats();
    addStats(sum, { ...sum, ...this.droppedTotals });
    for (const topic of this.topics.values()) addStats(sum, topic.stats());
    const { keysDisplaced, keysRefused } = this;
    return { ...sum, keys: this.topics.size, keysDisplaced, keysRefused };
  }

  private create(key: string): Topic<T> {
    if (this.topics.size >= this.maxKeys) this.makeRoom();
    const topic = new Topic<T>(this.given);
    const { source } = this.given;
    // First the source, then us: what it leaves for newcomers decides whether the topic stays.
    if (source !== undefined) sharedSource(topic, (signal) => source(key, signal));
    topic.onPresence((present) => {
      if (!present) this.rest(key, topic);
    });
    this.topics.set(key, topic);
    return topic;
  }

  private makeRoom(): void {
    for (const key of this.idle.keys()) {
      this.keysDisplaced++;
      this.drop(key, this.topics.get(key));
      return;
    }
    this.keysRefused++;
    throw new SluiceError(
      "topic_keys_exceeded",
      `${this.maxKeys} keys have subscribers, as many as may (maxKeys)`,
    );
  }

  /** Nobody subscribes to the key: from now on it is idle, or it can go at once. */
  private rest(key: string, topic: Topic<T>): void {
    if (!topic.hasReplay) {
      this.drop(key, topic);
      return;
    }
    // The map keeps the order in which keys were added, so its first is the longest idle.
    this.idle.delete(key);
    this.idle.set(key, this.options.clock.now());
    if (!this.timerSet) this.arm(this.idleMs);
  }

  private drop(key: string, topic: Topic<T> | undefined, error?: unknown): void {
    if (topic === undefined || this.topics.get(key) !== topic) return;
    this.topics.delete(key);
    this.idle.delete(key);
    topic.close(error);
    addStats(this.droppedTotals, topic.stats());
  }

  private arm(delayMs: number): void {
    this.timerSet = true;
    this.timer = this.options.clock.setTimeout(this.expire, delayMs);
  }

  private readonly expire = (): void => {
    this.timerSet = false;
    const nowMs = this.options.clock.now();
    for (const [key, sinceMs] of this.idle) {
      const leftMs = sinceMs + this.idleMs - nowMs;
      if (leftMs > 0) {
        this.arm(leftMs);
        return;
      }
      this.drop(key, this.topics.get(key));
    }
  };
}

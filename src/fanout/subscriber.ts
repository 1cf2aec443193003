import { type Entry, PolicyQueue, type QueueLimits } from "./policy-queue.js";
import type { RosterMember } from "./roster.js";
import type { Sink, SubscribeOptions, Subscription } from "./sink.js";
import type { TopicStats } from "./topic-stats.js";

/** What a subscriber needs of its topic. */
export interface SubscriberOwner<T> {
  readonly limits: QueueLimits<T>;
  readonly stats: TopicStats;
  /** The transport has drained. */
  drained(subscriber: Subscriber<T>): void;
  /** The subscriber leaves. */
  leave(subscriber: Subscriber<T>): void;
  /** The sink threw. */
  fail(subscriber: Subscriber<T>, error: unknown): void;
}

/**
 * One subscriber of a topic: its sink, whether that is back-pressured, and what is queued
 * meanwhile. Between two calls from outside, one which is not blocked has an empty queue.
 *
 * It is its own abort listener, which saves a closure per subscriber.
 */
export class Subscriber<T> implements Subscription, RosterMember, EventListenerObject {
  index = -1;
  closed = false;
  blocked = false;
  /** The entry of the publish in progress, while that waits for room here. */
  owed: Entry<T> | undefined;
  readonly wantsHeartbeat: boolean;
  private readonly signal: AbortSignal | undefined;
  /** Made when first needed: most subscribers keep up and never have one. */
  private queue: PolicyQueue<T> | undefined;
  private writing = false;
  private resumedWhileWriting = false;

  constructor(
    private readonly owner: SubscriberOwner<T>,
    private readonly sink: Sink<T>,
    options: SubscribeOptions,
  ) {
    this.wantsHeartbeat = options.heartbeat ?? true;
    this.signal = options.signal;
    if (this.signal?.aborted) this.closed = true;
    else this.signal?.addEventListener("abort", this, { once: true });
  }

  resume(): void {
    if (this.writing) {
      // The sink drained before write() came back with `false`: that `false` is out of date.
      this.resumedWhileWriting = true;
      this.unblock();
    } else if (this.blocked) {
      this.unblock();
      this.owner.drained(this);
    }
  }

  pause(): void {
    if (this.closed || this.blocked) return;
    this.blocked = true;
    this.owner.stats.blocked++;
  }

  close(): void {
    if (!this.closed) this.owner.leave(this);
  }

  handleEvent(): void {
    this.close();
  }

  /** Hands the item to the sink; `false` if the sink threw and the subscriber is gone. */
  write(item: T, live: boolean): boolean {
    this.writing = true;
    this.resumedWhileWriting = false;
    let pressed: boolean;
    try {
      pressed = this.sink.write(item, live) === false;
    } catch (error) {
      this.owner.fail(this, error);
      return false;
    }
    this.writing = false;
    if (pressed && !this.resumedWhileWriting) this.pause();
    return true;
  }

  /** Writes or queues the entry; `false` if there is no room for it. */
  accept(entry: Entry<T>, live: boolean): boolean {
    if (!this.blocked) {
      this.deliver(entry, live);
      return true;
    }
    try {
      return this.ownQueue().offer(entry);
    } catch (error) {
      this.owner.fail(this, error);
      return true;
    }
  }

  /** Writes or queues an entry of the replay. */
  replay(entry: Entry<T>): void {
    if (!this.blocked) {
      this.deliver(entry, false);
      return;
    }
    try {
      this.ownQueue().preload(entry);
    } catch (error) {
      this.owner.fail(this, error);
    }
  }

  /** Writes what is queued, until the transport is back-pressured again. */
  drain(): void {
    const { queue } = this;
    if (queue === undefined) return;
    // Leaving empties it.
    while (!this.blocked) {
      const entry = queue.shift();
      if (entry === undefined) return;
      this.deliver(entry, false);
    }
  }

  /** Forgets everything that would outlive the subscription. */
  release(): void {
    this.closed = true;
    this.signal?.removeEventListener("abort", this);
    this.unblock();
    this.queue?.clear();
  }

  /** Tells the sink that it is over. Whatever it throws, it has no say in this any more. */
  end(error?: unknown): void {
    try {
      this.sink.end(error);
    } catch {
      this.owner.stats.failures++;
    }
  }

  /** Empties the queue. */
  takeQueue(): T[] {
    const items: T[] = [];
    for (let entry = this.queue?.shift(); entry; entry = this.queue?.shift())
      items.push(entry.item);
    return items;
  }

  /** Writes the rest in spite of the back-pressure, and ends normally. */
  complete(rest: readonly T[]): void {
    for (const item of rest) {
      try {
        this.sink.write(item, false);
      } catch (error) {
        this.owner.stats.failures++;
        this.end(error);
        return;
      }
      this.owner.stats.delivered++;
    }
    this.end();
  }

  private deliver(entry: Entry<T>, live: boolean): void {
    if (this.write(entry.item, live)) this.owner.stats.delivered++;
  }

  private unblock(): void {
    if (!this.blocked) return;
    this.blocked = false;
    this.owner.stats.blocked--;
  }

  private ownQueue(): PolicyQueue<T> {
    this.queue ??= new PolicyQueue(this.owner.limits, this.owner.stats);
    return this.queue;
  }
}

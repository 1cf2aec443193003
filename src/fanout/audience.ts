import type { Deque } from "./deque.js";
import type { Entry, QueueLimits } from "./policy-queue.js";
import { Roster } from "./roster.js";
import type { Sink, SubscribeOptions } from "./sink.js";
import { Subscriber, type SubscriberOwner } from "./subscriber.js";
import { zeroStats } from "./topic-stats.js";

/**
 * Everybody who follows a topic. All calls that may run sinks go through here, because a sink
 * may call back into the topic: they nest, and only at the end of the outermost one is the topic
 * told to go on (`onward`), so that everybody sees the same order.
 */
export class Audience<T> implements SubscriberOwner<T> {
  readonly stats = zeroStats();
  /** How many the publish in progress still waits for. */
  stragglers = 0;
  private readonly roster = new Roster<Subscriber<T>>();
  private depth = 0;
  private present = false;
  private announcing = false;
  private readonly presenceListeners: ((present: boolean) => void)[] = [];

  constructor(
    readonly limits: QueueLimits<T>,
    private readonly onward: () => void,
  ) {}

  /** Subscribers present. */
  get size(): number {
    return this.roster.size;
  }

  /** Whether a sink may be running: then no publish may begin. */
  get busy(): boolean {
    return this.depth > 0;
  }

  /** See `Topic.onPresence`. */
  onPresence(listener: (present: boolean) => void): void {
    this.presenceListeners.push(listener);
  }

  /** Begins a call that may run sinks. */
  enter(): void {
    this.depth++;
  }

  /** Ends it. */
  exit(): void {
    if (this.depth === 1) this.onward();
    this.depth--;
    if (this.depth === 0 && this.present !== this.size > 0) this.announcePresence();
  }

  /** Adds a subscriber and gives it what newcomers get. */
  add(sink: Sink<T>, options: SubscribeOptions, window: Deque<Entry<T>>): Subscriber<T> {
    const subscriber = new Subscriber(this, sink, options);
    if (subscriber.closed) return subscriber;
    this.enter();
    this.roster.add(subscriber);
    for (let i = 0; i < window.length && !subscriber.closed; i++) {
      const entry = window.at(i);
      if (entry !== undefined) subscriber.replay(entry);
    }
    this.exit();
    return subscriber;
  }

  /** Gives the entry to everybody present who has room; the others become stragglers. */
  deliver(entry: Entry<T>): void {
    this.enter();
    const members = this.roster.beginWalk();
    // Who comes from now on has it from the replay.
    const count = members.length;
    for (let i = 0; i < count; i++) {
      const subscriber = members[i];
      if (subscriber?.closed !== false || subscriber.accept(entry, true)) continue;
      subscriber.owed = entry;
      this.stragglers++;
    }
    this.roster.endWalk();
    this.exit();
  }

  /** Gives the item to everybody who is not back-pressured and did not decline heartbeats. */
  beat(item: T): void {
    this.visit((subscriber) => {
      if (subscriber.blocked || !subscriber.wantsHeartbeat) return;
      if (subscriber.write(item, true)) this.stats.heartbeats++;
    });
  }

  /** Ends the stragglers. */
  evict(error: () => unknown): void {
    this.visit((subscriber) => {
      if (subscriber.owed === undefined) return;
      this.stats.evicted++;
      this.end(subscriber, error());
    });
  }

  /** Ends everybody: with an error, or normally, when they are first given what is queued. */
  endAll(error?: unknown): void {
    this.visit((subscriber) => {
      if (error !== undefined) {
        this.end(subscriber, error);
      } else {
        const rest = subscriber.takeQueue();
        this.detach(subscriber);
        subscriber.complete(rest);
      }
    });
  }

  drained(subscriber: Subscriber<T>): void {
    this.enter();
    subscriber.drain();
    if (subscriber.owed !== undefined && subscriber.accept(subscriber.owed, false)) {
      this.caughtUp(subscriber);
    }
    this.exit();
  }

  leave(subscriber: Subscriber<T>): void {
    this.enter();
    this.detach(subscriber);
    this.exit();
  }

  fail(subscriber: Subscriber<T>, error: unknown): void {
    this.stats.failures++;
    if (!subscriber.closed) this.end(subscriber, error);
  }

  private end(subscriber: Subscriber<T>, error: unknown): void {
    this.detach(subscriber);
    subscriber.end(error);
  }

  private detach(subscriber: Subscriber<T>): void {
    subscriber.release();
    this.roster.remove(subscriber);
    this.caughtUp(subscriber);
  }

  /** Also when it left, or was ended, before or while it caught up. */
  private caughtUp(subscriber: Subscriber<T>): void {
    if (subscriber.owed === undefined) return;
    subscriber.owed = undefined;
    this.stragglers--;
  }

  /** Calls back for everybody present now and not gone by then. */
  private visit(callback: (subscriber: Subscriber<T>) => void): void {
    this.enter();
    const members = this.roster.beginWalk();
    const count = members.length;
    for (let i = 0; i < count; i++) {
      const subscriber = members[i];
      if (subscriber?.closed === false) callback(subscriber);
    }
    this.roster.endWalk();
    this.exit();
  }

  private announcePresence(): void {
    // A listener may itself make somebody come or go; then it is this loop's next round.
    if (this.announcing) return;
    this.announcing = true;
    while (this.present !== this.size > 0) {
      this.present = !this.present;
      for (const listener of this.presenceListeners) listener(this.present);
    }
    this.announcing = false;
  }
}

/**
 * What a topic should do, written for reading: no concern for speed, time moves in steps of 1 ms,
 * and after every step whatever can happen next happens until nothing can.
 */
export interface ModelOptions {
  readonly policy: "latest" | "fifo";
  readonly queueSize: number;
  readonly replay: number;
  readonly maxWaiting: number;
  readonly maxSubscribers: number;
  readonly maxQueueBytes: number;
  readonly evictAfterMs?: number;
  readonly heartbeatMs?: number;
}

/** The size of an item, in the model and for the topic. */
export const sizeOf = (item: number): number => item % 4;

/** What sinks throw. */
export const refused = new Error("refused");

export class ModelSubscriber {
  got: number[] = [];
  queue: number[] = [];
  blocked = false;
  present = true;
  ended: unknown;
  /** Has yet to find room for the publish in progress. */
  behind = false;

  constructor(
    public room: number,
    /** Which items its sink throws over. */
    readonly refuses: (item: number) => boolean,
  ) {}

  /** `false` if the sink threw, which ends it. */
  write(item: number): boolean {
    if (this.refuses(item)) {
      this.present = false;
      this.ended = refused;
      return false;
    }
    this.got.push(item);
    if (--this.room <= 0) this.blocked = true;
    return true;
  }
}

export class TopicModel {
  subscribers: ModelSubscriber[] = [];
  kept: number[] = [];
  /** The state of every publish there ever was. */
  publishes: { item: number; state: "waiting" | "begun" | "resolved" | string }[] = [];
  closed = false;
  stats = {
    published: 0,
    delivered: 0,
    dropped: 0,
    evicted: 0,
    heartbeats: 0,
    overflows: 0,
    failures: 0,
  };
  refused = 0;
  private nowMs = 0;
  private begunMs = 0;
  private quietSinceMs = 0;

  constructor(readonly options: ModelOptions) {}

  get present(): ModelSubscriber[] {
    return this.subscribers.filter((subscriber) => subscriber.present);
  }

  get waiting(): number {
    return this.publishes.filter(({ state }) => state === "waiting" || state === "begun").length;
  }

  subscribe(room: number, refuses = (_: number): boolean => false): string | undefined {
    if (this.closed) return "topic_closed";
    if (this.present.length === this.options.maxSubscribers) {
      this.refused++;
      return "topic_subscribers_exceeded";
    }
    const subscriber = new ModelSubscriber(room, refuses);
    if (this.present.length === 0) this.quietSinceMs = this.nowMs;
    this.subscribers.push(subscriber);
    for (const item of this.kept) {
      if (!subscriber.present) break;
      if (!subscriber.blocked) this.write(subscriber, item);
      else if (this.options.policy === "fifo") subscriber.queue.push(item);
      else this.enqueue(subscriber, item);
    }
    return undefined;
  }

  publish(item: number): void {
    let state = "waiting";
    if (this.closed) state = "topic_closed";
    else if (this.waiting >= this.options.maxWaiting) state = "topic_publish_overflow";
    if (state === "topic_publish_overflow") this.stats.overflows++;
    this.publishes.push({ item, state });
    this.settle();
  }

  leave(subscriber: ModelSubscriber): void {
    subscriber.present = false;
    this.settle();
  }

  resume(subscriber: ModelSubscriber, room: number): void {
    if (!subscriber.present) return;
    subscriber.room = room;
    subscriber.blocked = false;
    this.settle();
  }

  endAll(error: unknown): void {
    for (const subscriber of this.present) {
      subscriber.present = false;
      subscriber.ended = error ?? "normally";
      if (error === undefined) subscriber.queue.every((item) => this.write(subscriber, item));
    }
    this.settle();
  }

  close(error: unknown): void {
    if (this.closed) return;
    this.closed = true;
    this.kept = [];
    for (const publish of this.publishes) {
      if (publish.state === "waiting" || publish.state === "begun") publish.state = "topic_closed";
    }
    this.endAll(error);
  }

  advance(ms: number): void {
    const { evictAfterMs, heartbeatMs } = this.options;
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      const begun = this.publishes.some(({ state }) => state === "begun");
      if (begun && evictAfterMs !== undefined && this.nowMs - this.begunMs === evictAfterMs) {
        for (const subscriber of this.present.filter(({ behind }) => behind)) {
          subscriber.present = false;
          subscriber.ended = "topic_subscriber_evicted";
          this.stats.evicted++;
        }
        this.settle();
      }
      if (this.nowMs - this.quietSinceMs === heartbeatMs && this.present.length > 0) {
        this.quietSinceMs = this.nowMs;
        for (const subscriber of this.present.filter(({ blocked }) => !blocked)) {
          if (subscriber.write(-1)) this.stats.heartbeats++;
        }
      }
    }
  }

  private settle(): void {
    while (this.step());
  }

  /** Does one thing which can be done; `false` if there is none. */
  private step(): boolean {
    const begun = this.publishes.find(({ state }) => state === "begun");
    for (const subscriber of this.present) {
      if (!subscriber.blocked && subscriber.queue.length > 0) {
        this.write(subscriber, subscriber.queue.shift() as number);
        return true;
      }
      if (begun && subscriber.behind && this.offer(subscriber, begun.item)) {
        subscriber.behind = false;
        return true;
      }
    }
    if (begun) {
      if (this.present.some(({ behind }) => behind)) return false;
      begun.state = "resolved";
      return true;
    }
    const next = this.publishes.find(({ state }) => state === "waiting");
    if (next === undefined) return false;
    next.state = "begun";
    this.begunMs = this.nowMs;
    this.quietSinceMs = this.nowMs;
    this.stats.published++;
    const { replay } = this.options;
    if (replay > 0) this.kept = [...this.kept, next.item].slice(-replay);
    for (const subscriber of this.present) subscriber.behind = !this.offer(subscriber, next.item);
    return true;
  }

  private offer(subscriber: ModelSubscriber, item: number): boolean {
    if (!subscriber.blocked) this.write(subscriber, item);
    else if (this.options.policy === "latest") this.enqueue(subscriber, item);
    else if (this.fits(subscriber.queue, item)) subscriber.queue.push(item);
    else return false;
    return true;
  }

  private enqueue(subscriber: ModelSubscriber, item: number): void {
    while (!this.fits(subscriber.queue, item)) {
      subscriber.queue.shift();
      this.stats.dropped++;
    }
    subscriber.queue.push(item);
  }

  private fits(queue: number[], item: number): boolean {
    const bytes = [...queue, item].reduce((sum, each) => sum + sizeOf(each), 0);
    const { queueSize, maxQueueBytes } = this.options;
    return queue.length === 0 || (queue.length < queueSize && bytes <= maxQueueBytes);
  }

  private write(subscriber: ModelSubscriber, item: number): boolean {
    const taken = subscriber.write(item);
    if (taken) this.stats.delivered++;
    else this.stats.failures++;
    return taken;
  }
}

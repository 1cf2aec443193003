import type { Turn } from "./turn.js";

/** The near end of one subscriber's transport: what a topic pushes to. */
export interface Sink<T> {
  /**
   * Takes one item, always. `false` says that the transport is back-pressured from now on: the
   * topic queues what follows and does not write again before `Subscription.resume()`. (One
   * exception: on a normal end, what is queued is written at once, just before `end()`.)
   *
   * It is called from within `publish()`, so it must neither block nor wait; it may publish,
   * subscribe and close. When it throws, this subscriber is ended with that error.
   *
   * `live` says that the item goes to everybody present at this moment; otherwise it comes from
   * the replay or from this subscriber's own queue.
   */
  write(item: T, live: boolean): boolean;
  /**
   * The topic ended the subscription: with an error, or normally. Called at most once, nothing is
   * written afterwards; not called when the subscriber itself left (`close()` or its signal).
   */
  end(error?: unknown): void;
}

/** The subscriber's handle. After the end, all of it does nothing. */
export interface Subscription {
  /** The transport has drained: write again, beginning with what was queued meanwhile. */
  resume(): void;
  /** The same as `write()` returning `false`, for a sink that learns of it at another time. */
  pause(): void;
  /** Leaves. Nothing is written afterwards, and a publisher waiting for room here is freed. */
  close(): void;
  /** Whether it is over, from either side. */
  readonly closed: boolean;
}

/** Options of `subscribe()`. */
export interface SubscribeOptions {
  /** Aborting it is the same as `Subscription.close()`. */
  readonly signal?: AbortSignal;
  /** Whether this subscriber wants the heartbeats of the topic, if it has any; default true. */
  readonly heartbeat?: boolean;
}

/** Whatever can be subscribed to: a topic, or one key of keyed topics. */
export interface Subscribable<T> {
  subscribe(sink: Sink<T>, options?: SubscribeOptions): Subscription;
  /** Shared by the subscribers, see `Turn`. */
  readonly turn: Turn;
}

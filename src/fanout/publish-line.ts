import { Deque } from "./deque.js";
import type { Entry } from "./policy-queue.js";
import { unheeded } from "./refusal.js";

/** A `publish()` which could not be done at once. */
export interface WaitingPublish<T> {
  readonly entry: Entry<T>;
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The publishers of one topic that have to wait: the one in progress, which some subscribers have
 * no room for yet, and behind it those whose turn has not come. Keeps the order, and its length.
 */
export class PublishLine<T> {
  /** Delivered to some subscribers, awaiting the rest. */
  current: WaitingPublish<T> | undefined;
  private readonly behind = new Deque<WaitingPublish<T>>();

  get length(): number {
    return this.behind.length + (this.current === undefined ? 0 : 1);
  }

  /** Makes `entry` the publish in progress. */
  hold(entry: Entry<T>): Promise<void> {
    this.current = waiting(entry);
    return this.current.promise;
  }

  /** Lets `entry` wait for its turn. */
  join(entry: Entry<T>): Promise<void> {
    const publish = waiting(entry);
    this.behind.push(publish);
    return publish.promise;
  }

  /** The publish in progress is done. */
  finish(): void {
    this.current?.resolve();
    this.current = undefined;
  }

  /** Whose turn it is next. */
  next(): WaitingPublish<T> | undefined {
    return this.behind.shift();
  }

  /** Ends the wait of everybody with an error. */
  rejectAll(error: unknown): void {
    this.current?.reject(error);
    this.current = undefined;
    while (this.behind.length > 0) this.behind.shift()?.reject(error);
  }
}

function waiting<T>(entry: Entry<T>): WaitingPublish<T> {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  unheeded(promise);
  return { entry, promise, resolve, reject };
}

import { SluiceError } from "../errors.js";
import { Deque } from "./deque.js";
import type { Sink, Subscribable, SubscribeOptions, Subscription } from "./sink.js";
import { OptionCheck } from "./topic-options.js";
import type { TurnMember } from "./turn.js";

/** Options of `topicIterable()`. */
export interface TopicIterableOptions extends SubscribeOptions {
  /** Items staged within one turn of the event loop, at most; default 1,024. */
  readonly maxBurst?: number;
}

/**
 * Subscribes at once, and returns the items as an iterable for one `for await` loop.
 *
 * As long as the loop has taken everything there was when a turn of the event loop begins, all
 * that is published within that turn is staged for it: it could not have run in between. What it
 * has not taken by the end of the turn counts as back-pressure; from then on the topic's policy
 * applies, until the loop has taken what is staged and asks for more.
 *
 * - Leaving the loop (or the iterator's `return()` or `throw()`) unsubscribes.
 * - Aborting `signal` unsubscribes, drops what is staged, and the loop throws `signal.reason`.
 * - When the topic ends the subscription normally, the loop gets what is left and then ends;
 *   when it ends it with an error, the loop throws that error at once.
 *
 * An iterable that is never iterated stays subscribed, and holds `maxBurst` items at most, until
 * its signal aborts. Iterating it twice throws SluiceError `topic_iterated_twice`.
 *
 * @throws what `topic.subscribe()` throws, and SluiceError `topic_options_invalid`.
 */
export function topicIterable<T>(
  topic: Subscribable<T>,
  options: TopicIterableOptions = {},
): AsyncIterable<T> {
  const reader = new Reader(topic, options);
  let iterated = false;
  return {
    [Symbol.asyncIterator]() {
      if (iterated) {
        throw new SluiceError(
          "topic_iterated_twice",
          "This subscription is already being iterated. Call topicIterable() once for each loop.",
        );
      }
      iterated = true;
      return reader.iterator;
    },
  };
}

/** A call of `next()` which has not been answered. */
interface PendingNext<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

/** Between a topic that pushes and a loop that pulls. */
class Reader<T> implements Sink<T>, TurnMember, EventListenerObject {
  readonly iterator: AsyncIterableIterator<T, undefined>;
  private readonly staged = new Deque<T>();
  /** Calls of `next()` made before there was anything; while there are any, nothing is staged. */
  private readonly pending = new Deque<PendingNext<T>>();
  private readonly subscription: Subscription | undefined;
  private readonly maxBurst: number;
  /** Whether the turn will tell us that it has ended. */
  private inTurn = false;
  private over = false;
  /** Thrown by the first `next()` which finds it. */
  private failure: { readonly reason: unknown } | undefined;

  constructor(
    private readonly topic: Subscribable<T>,
    private readonly options: TopicIterableOptions,
  ) {
    this.maxBurst = options.maxBurst ?? 1_024;
    const check = new OptionCheck();
    check.integer(this.maxBurst, "maxBurst", 1);
    check.finish();
    this.iterator = {
      next: () => this.next(),
      return: () => this.stop(),
      throw: async (error) => {
        await this.stop();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const { signal, heartbeat } = options;
    if (signal?.aborted) {
      this.fail(signal.reason);
      return;
    }
    signal?.addEventListener("abort", this, { once: true });
    try {
      this.subscription = topic.subscribe(this, { heartbeat });
    } catch (error) {
      this.release();
      throw error;
    }
    if (this.over) this.subscription.close();
  }

  write(item: T): boolean {
    if (this.pending.length > 0) {
      this.pending.shift()?.resolve({ value: item, done: false });
      return true;
    }
    this.staged.push(item);
    if (!this.inTurn) {
      this.inTurn = true;
      this.topic.turn.atEnd(this);
    }
    return this.staged.length < this.maxBurst;
  }

  end(error?: unknown): void {
    if (error === undefined) this.finish();
    else this.fail(error);
  }

  turnEnded(): void {
    this.inTurn = false;
    if (this.staged.length > 0) this.subscription?.pause();
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.fail(this.options.signal?.reason);
  }

  private next(): Promise<IteratorResult<T, undefined>> {
    if (this.staged.length > 0) {
      const value = this.staged.shift() as T;
      if (this.over && this.staged.length === 0) this.release();
      return Promise.resolve({ value, done: false });
    }
    if (this.failure !== undefined) {
      const { reason } = this.failure;
      this.failure = undefined;
      return Promise.reject(reason);
    }
    if (this.over) return Promise.resolve({ value: undefined, done: true });
    const answer = new Promise<IteratorResult<T, undefined>>((resolve, reject) => {
      this.pending.push({ resolve, reject });
    });
    // Not before it asks: with `latest`, a slow loop is to get what is newest then.
    this.subscription?.resume();
    return answer;
  }

  private stop(): Promise<IteratorResult<T, undefined>> {
    this.staged.clear();
    this.failure = undefined;
    this.finish();
    return Promise.resolve({ value: undefined, done: true });
  }

  private fail(reason: unknown): void {
    this.staged.clear();
    if (this.pending.length > 0) this.pending.shift()?.reject(reason);
    else this.failure = { reason };
    this.finish();
  }

  /** Ends the subscription; what is staged can still be taken. */
  private finish(): void {
    this.over = true;
    this.subscription?.close();
    while (this.pending.length > 0) this.pending.shift()?.resolve({ value: undefined, done: true });
    if (this.staged.length === 0) this.release();
  }

  private release(): void {
    this.options.signal?.removeEventListener("abort", this);
  }
}

import type { Topic } from "./topic.js";

/** After so many values without a pause, the event loop gets a turn. */
const VALUES_PER_TURN = 256;

/** A generator whose values go to all subscribers of a topic. */
export interface SharedSource {
  /** Whether it is running now. */
  readonly running: boolean;
}

/**
 * Makes a generator the source of a topic: one run of it is shared by all subscribers.
 *
 * It is started by the first subscriber and stopped after the last one has left: its signal
 * aborts and its `return()` is called, but nobody waits for that. A source which ignores both
 * stays blocked on its own; what it still yields is discarded, and the next first subscriber
 * starts a new run beside it. Values are published one after the other, so with `fifo` a slow
 * subscriber slows the source down.
 *
 * When the source ends or throws, everybody present is ended, normally or with that error, and
 * the next subscriber starts afresh. Whenever a run is over, what the topic keeps for newcomers
 * is forgotten: the last value of a source that has stopped may be arbitrarily old.
 * A topic has at most one source.
 */
export function sharedSource<T>(
  topic: Topic<T>,
  start: (signal: AbortSignal) => AsyncIterable<T>,
): SharedSource {
  let run: Run<T> | undefined;

  /** Brings the source in line with whether anybody is there. */
  const adjust = () => {
    if (topic.size > 0 && run === undefined) {
      const started = new Run(topic, start, (error) => {
        if (run !== started) return;
        stop();
        topic.endSubscribers(error);
        // Somebody may have subscribed again from within `end()`. Not in this turn: a source that
        // always fails at once would go round for ever.
        setImmediate(adjust);
      });
      run = started;
      started.pump();
    } else if (topic.size === 0 && run !== undefined) {
      stop();
    }
  };
  const stop = () => {
    const stopped = run;
    run = undefined;
    topic.clearReplay();
    stopped?.stop();
  };

  topic.onPresence(adjust);
  adjust();
  return {
    get running() {
      return run !== undefined;
    },
  };
}

/** The life of a source from a first subscriber to the last. */
class Run<T> {
  private readonly controller = new AbortController();
  private iterator: AsyncIterator<T> | undefined;
  private stopped = false;

  constructor(
    private readonly topic: Topic<T>,
    private readonly start: (signal: AbortSignal) => AsyncIterable<T>,
    private readonly onOver: (error?: unknown) => void,
  ) {}

  /** Publishes what the source yields, until it is over or stopped. Never rejects. */
  async pump(): Promise<void> {
    try {
      this.iterator = this.start(this.controller.signal)[Symbol.asyncIterator]();
      for (let values = 1; ; values++) {
        const result = await this.iterator.next();
        if (this.stopped) return;
        if (result.done) {
          this.iterator = undefined;
          break;
        }
        await this.topic.publish(result.value);
        // Neither the source nor `latest` need ever wait, and all else would starve.
        if (values % VALUES_PER_TURN === 0) await new Promise(setImmediate);
        if (this.stopped) return;
      }
    } catch (error) {
      // `undefined` would read as a normal end.
      this.onOver(error ?? new Error("the source threw undefined"));
      return;
    }
    this.onOver();
  }

  stop(): void {
    this.stopped = true;
    this.controller.abort();
    try {
      this.iterator?.return?.()?.then(ignore, ignore);
    } catch {
      // It is being thrown away, and whoever depended on it has been told.
    }
  }
}

function ignore(): void {}

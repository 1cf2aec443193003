import type { EventId } from "../model/event.js";
import type { ReadContext } from "../read/log-reader.js";
import { Chase } from "./chase.js";
import type { RecentSessions } from "./recent-sessions.js";
import type { Followed, Following, StreamVersion, SubscribeOptions } from "./subscribe-request.js";

/** What following a log takes. */
export interface FollowContext {
  readonly reading: ReadContext;
  readonly recent: RecentSessions;
  /** Aborted when the log closes, with the error that followers are to get. */
  readonly closed: AbortSignal;
}

/**
 * Everything from a point on, for a loop.
 *
 * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`, and
 * `event_unknown` when the event to begin behind is not there.
 */
export function follow(context: FollowContext, options: SubscribeOptions): Following {
  return new Follower(context, options);
}

class Follower implements Following {
  reached: EventId | StreamVersion | undefined;
  private readonly chase: Chase;

  constructor(
    private readonly context: FollowContext,
    private readonly options: SubscribeOptions,
  ) {
    this.chase = new Chase(context, options);
  }

  [Symbol.asyncIterator](): AsyncIterator<Followed, void> {
    return this.run();
  }

  private async *run(): AsyncGenerator<Followed, void> {
    const { chase } = this;
    const { recent } = this.context;
    const { signal } = this.options;
    const wake = () => recent.wake();
    signal?.addEventListener("abort", wake);
    try {
      for (let isCaughtUp = false; ; ) {
        yield* this.steps();
        if (!chase.isLevel) continue;
        // Whoever ends it from here on wakes it.
        this.throwIfOver();
        if (isCaughtUp) await recent.next();
        else {
          isCaughtUp = true;
          yield { caughtUp: true };
        }
      }
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  private async *steps(): AsyncGenerator<Followed, void> {
    const { chase } = this;
    this.throwIfOver();
    this.reached ??= chase.reachedBy(await chase.begin());
    for await (const steps of chase.steps()) {
      for (const { batch, place } of steps) {
        this.throwIfOver();
        if (batch !== undefined) yield batch;
        this.reached = chase.reachedBy(place);
      }
    }
  }

  private throwIfOver(): void {
    this.options.signal?.throwIfAborted();
    this.context.closed.throwIfAborted();
  }
}

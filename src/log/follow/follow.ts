import type { CommittedSession } from "../index/tail.js";
import type { EventId } from "../model/event.js";
import { type ReadContext, Reading } from "../read/log-reader.js";
import type { StoredEvent } from "../stored-event.js";
import { beginning } from "./beginning.js";
import { checkFollow, type Wanted } from "./check-follow.js";
import { lastEvent } from "./last-event.js";
import type { RecentSessions } from "./recent-sessions.js";
import { storedSessions } from "./stored-sessions.js";
import { storedStream } from "./stored-stream.js";
import type { Followed, Following, StreamVersion, SubscribeOptions } from "./subscribe-request.js";

/** Sessions that are given before others get their turn. */
const pageSize = 256;

/** What following a log takes. */
export interface FollowContext {
  readonly reading: ReadContext;
  readonly recent: RecentSessions;
  /** Aborted when the log closes, with the error that followers are to get. */
  readonly closed: AbortSignal;
}

/**
 * Everything from a point on, in the order in which it became durable, without a gap and without a
 * repetition: first what there is, then what comes. Whoever is slow reads from storage again, so
 * nothing is kept for anybody.
 *
 * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`, and
 * `event_unknown` when the event to begin behind is not there.
 */
export function follow(context: FollowContext, options: SubscribeOptions): Following {
  return new Follower(context, checkFollow(context.reading, options), options);
}

class Follower implements Following {
  reached: EventId | StreamVersion | undefined;
  /** Everything up to this position has been given. */
  private position: number;
  /** Of the stream that is followed, the same. */
  private version = 0;
  /** What has been given of the session behind the position. */
  private part: EventId | undefined;
  /** Sessions that were skipped since something was given. */
  private skipped = 0;
  /** The last event of the log when it began. */
  private readonly last: EventId;

  constructor(
    private readonly context: FollowContext,
    private readonly wanted: Wanted,
    private readonly options: SubscribeOptions,
  ) {
    this.position = context.recent.last;
    this.last = lastEvent(context.reading.index);
  }

  [Symbol.asyncIterator](): AsyncIterator<Followed, void> {
    return this.run();
  }

  private async *run(): AsyncGenerator<Followed, void> {
    const { recent } = this.context;
    const { signal } = this.options;
    const wake = () => recent.wake();
    signal?.addEventListener("abort", wake);
    try {
      await this.begin();
      for (let isCaughtUp = false; ; ) {
        this.throwIfOver();
        if (isCaughtUp) this.skip();
        const sessions = recent.after(this.position, pageSize);
        if (sessions === undefined) yield* this.catchUp();
        else if (sessions.length > 0) yield* this.give(sessions);
        else if (!isCaughtUp) {
          isCaughtUp = true;
          yield { caughtUp: true };
        } else await recent.next();
      }
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  private async begin(): Promise<void> {
    const { from = "now" } = this.options;
    const { position, last, version, part } = await beginning(
      this.context.reading,
      this.wanted,
      from,
    );
    this.position = position ?? this.position;
    this.version = version ?? 0;
    this.part = part;
    this.pass(last ?? this.last);
  }

  /** Notes that everything up to an event has been given, and taken: a subscriber may begin there. */
  private pass(last: EventId): void {
    this.reached = this.wanted.streamKey === undefined ? last : { version: this.version };
  }

  /** By the policy "latest", passes over what does not fit into the queue. */
  private skip(): void {
    const { policy, queueSize = 1 } = this.options;
    const behind = this.context.recent.last - this.position;
    if (policy !== "latest" || behind <= queueSize) return;
    this.position += behind - queueSize;
    this.skipped += behind - queueSize;
  }

  /** Gives what is in storage and nowhere else. */
  private async *catchUp(): AsyncGenerator<Followed, void> {
    const { reading, recent } = this.context;
    const { streamKey } = this.wanted;
    // What comes from now on is read next time.
    const upTo = recent.last;
    const last = lastEvent(reading.index);
    const records =
      streamKey === undefined
        ? storedSessions(new Reading(reading), this.wanted, this.position)
        : storedStream(reading, streamKey, this.version);
    for await (const { position, events } of records) {
      this.throwIfOver();
      const selected = this.selected(events);
      if (position > this.position) this.position = position;
      if (selected.length === 0) continue;
      yield this.batch(selected);
      this.pass(selected.at(-1)!.id);
    }
    if (this.position <= upTo) {
      this.position = upTo;
      this.pass(last);
    }
    this.part = undefined;
  }

  private *give(sessions: readonly CommittedSession[]): Generator<Followed, void> {
    for (const { position, events } of sessions) {
      const selected = this.selected(events);
      this.position = position;
      if (selected.length > 0) yield this.batch(selected);
      this.pass(events.at(-1)!.id);
      if (this.options.policy === "latest") return;
    }
  }

  private batch(events: readonly StoredEvent[]): Followed {
    const { skipped } = this;
    this.skipped = 0;
    return skipped === 0 ? { events } : { events, skipped };
  }

  private selected(events: readonly StoredEvent[]): readonly StoredEvent[] {
    const { subscription, streamKey, server } = this.wanted;
    const { isVisible } = this.context.reading;
    const { part } = this;
    const selected = events.filter((event) => {
      const { id, stream, type } = event;
      if (server !== undefined && id.server !== server) return false;
      if (streamKey === undefined) {
        if (!subscription.matches(type)) return false;
      } else if (stream?.key !== streamKey || stream.version <= this.version) return false;
      const isGiven =
        part?.server === id.server && part.session === id.session && id.instance <= part.instance;
      return !isGiven && isVisible(event);
    });
    if (streamKey !== undefined) this.version = selected.at(-1)?.stream?.version ?? this.version;
    return selected.length === events.length ? events : selected;
  }

  private throwIfOver(): void {
    this.options.signal?.throwIfAborted();
    this.context.closed.throwIfAborted();
  }
}

import { SluiceError } from "../../errors.js";
import type { CommittedSession } from "../index/tail.js";
import type { EventId } from "../model/event.js";
import type { Subscription } from "../model/subscription.js";
import { type ReadContext, Reading } from "../read/log-reader.js";
import { QueryCheck } from "../read/query-check.js";
import { queryStream } from "../read/query-stream.js";
import type { StoredEvent } from "../stored-event.js";
import { maxServer } from "../tables.js";
import type { RecentSessions } from "./recent-sessions.js";
import { storedSessions } from "./stored-sessions.js";
import { storedStream } from "./stored-stream.js";
import type { Followed, SubscribeOptions } from "./subscribe-request.js";

/** Sessions that are given before others get their turn. */
const pageSize = 256;

/** What following a log takes. */
export interface FollowContext {
  readonly reading: ReadContext;
  readonly recent: RecentSessions;
  /** Aborted when the log closes, with the error that followers are to get. */
  readonly closed: AbortSignal;
}

/** Which events are asked for. */
export interface Wanted {
  readonly subscription: Subscription;
  readonly streamKey: string | undefined;
  readonly server: number | undefined;
}

/**
 * Everything from a point on, in the order in which it became durable, without a gap and without a
 * repetition: first what there is, then what comes. Whoever is slow reads from storage again, so
 * nothing is kept for anybody.
 *
 * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`, and
 * `event_unknown` when the event to begin behind is not there.
 */
export function follow(
  context: FollowContext,
  options: SubscribeOptions,
): AsyncGenerator<Followed, void> {
  return new Follower(context, check(context, options), options).run();
}

class Follower {
  /** Everything up to this position has been given. */
  private position: number;
  /** Of the stream that is followed, the same. */
  private version = 0;
  /** What has been given of the session behind the position. */
  private behind: EventId | undefined;
  /** Sessions that were skipped since something was given. */
  private skipped = 0;

  constructor(
    private readonly context: FollowContext,
    private readonly wanted: Wanted,
    private readonly options: SubscribeOptions,
  ) {
    this.position = context.recent.last;
  }

  async *run(): AsyncGenerator<Followed, void> {
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
    const { reading } = this.context;
    const { streamKey } = this.wanted;
    if (from === "start") this.position = 0;
    else if (from !== "now") {
      const record = await new Reading(reading).recordOf(from);
      const event = record?.events.find(({ id }) => id.instance === from.instance);
      if (record === undefined || event === undefined) throw unknownEvent(from);
      if (streamKey !== undefined && event.stream?.key !== streamKey) throw otherStream(streamKey);
      // Of its own session there may be more.
      this.position = record.position - 1;
      this.behind = from;
      this.version = event.stream?.version ?? 0;
    } else if (streamKey !== undefined) {
      this.version = (await queryStream(reading, { streamKey, limit: 0 })).version;
    }
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
    const records =
      streamKey === undefined
        ? storedSessions(new Reading(reading), this.wanted, this.position)
        : storedStream(reading, streamKey, this.version);
    for await (const { position, events } of records) {
      this.throwIfOver();
      const selected = this.selected(events);
      if (position > this.position) this.position = position;
      if (selected.length > 0) yield this.batch(selected);
    }
    this.position = Math.max(this.position, upTo);
    this.behind = undefined;
  }

  private *give(sessions: readonly CommittedSession[]): Generator<Followed, void> {
    for (const { position, events } of sessions) {
      const selected = this.selected(events);
      this.position = position;
      if (selected.length > 0) yield this.batch(selected);
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
    const { behind } = this;
    const selected = events.filter((event) => {
      const { id, stream, type } = event;
      if (server !== undefined && id.server !== server) return false;
      if (streamKey === undefined) {
        if (!subscription.matches(type)) return false;
      } else if (stream?.key !== streamKey || stream.version <= this.version) return false;
      const isGiven =
        behind?.server === id.server &&
        behind.session === id.session &&
        id.instance <= behind.instance;
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

function check({ reading }: FollowContext, options: SubscribeOptions): Wanted {
  const { types, streamKey, server, from = "now" } = options;
  const check = new QueryCheck();
  if (types !== undefined && streamKey !== undefined) {
    check.refuse("streamKey", "cannot be combined with types");
  }
  if (streamKey !== undefined) check.key("streamKey", streamKey, reading.limits.maxKeyBytes);
  check.one("policy", options.policy ?? "fifo", ["fifo", "latest"]);
  if (options.queueSize !== undefined) check.integer("queueSize", options.queueSize, 1, 4_096);
  if (server !== undefined) check.integer("server", server, 0, maxServer);
  if (typeof from === "object") check.eventId("from", from);
  else check.one("from", from, ["start", "now"]);
  const subscription = check.types(types);
  check.finish();
  return { subscription, streamKey, server };
}

function unknownEvent({ server, session, instance }: EventId): SluiceError {
  return new SluiceError(
    "event_unknown",
    `There is no event ${server}:${session}:${instance} to begin behind: it was removed, or is of ` +
      'another log. Begin from "start" or "now".',
  );
}

function otherStream(streamKey: string): SluiceError {
  const description = `must be an event of the stream ${JSON.stringify(streamKey)}`;
  return new SluiceError("query_invalid", `from ${description}`, {
    violations: [{ field: "from", description }],
  });
}

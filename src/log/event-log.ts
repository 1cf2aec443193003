import { SluiceError } from "../errors.js";
import type { AppendOptions, AppendResult } from "./append/append-request.js";
import type { CommitGroup } from "./append/commit-group.js";
import { prepareExpectations } from "./append/expectations.js";
import { type ImportAllOptions, type ImportProgress, importAll } from "./append/import-all.js";
import { Importer, type ImportResult } from "./append/importer.js";
import { LogContext } from "./append/log-context.js";
import { encodeReserved, Numbering, reservedKey } from "./append/numbering.js";
import { checkKey, prepareEvents } from "./append/prepared-event.js";
import { refuseUnmet } from "./append/refuse-unmet.js";
import { ServerEnds } from "./append/server-ends.js";
import { SessionMaker } from "./append/session-maker.js";
import { StreamVersions } from "./append/stream-versions.js";
import { Writer } from "./append/writer.js";
import type { Derived } from "./derived.js";
import type { LogStatus } from "./event-log-status.js";
import { type FollowContext, follow } from "./follow/follow.js";
import { lastEvent } from "./follow/last-event.js";
import { type FeedItems, LiveChannels } from "./follow/live-channels.js";
import { LogFeeds } from "./follow/log-feed.js";
import { RecentSessions } from "./follow/recent-sessions.js";
import type { Following, SubscribeOptions } from "./follow/subscribe-request.js";
import { type LogOptions, type ResolvedLogOptions, resolveLogOptions } from "./log-options.js";
import type { EventId, ImportEvent, NewEvent } from "./model/event.js";
import type { Timestamp } from "./model/timestamp.js";
import { timestampOf } from "./moment.js";
import { type OpenedLog, openLog } from "./open-log.js";
import type { ReadContext } from "./read/log-reader.js";
import { type LatestQuery, queryLatest } from "./read/query-latest.js";
import { queryServer, type ServerQuery } from "./read/query-server.js";
import { queryStream, type StreamPage, type StreamQuery } from "./read/query-stream.js";
import { queryTimeseries } from "./read/query-timeseries.js";
import type { EventPage, TimeseriesQuery } from "./read/timeseries-query.js";
import { Cleaner, type CleanUp } from "./retention/cleaner.js";
import type { StoredEvent } from "./stored-event.js";
import { tableCount, tables } from "./tables.js";

const nothing: Promise<AppendResult> = Promise.resolve({ events: [], replayed: false });

/** One durable, ordered log of events. */
export class EventLog {
  /** @throws SluiceError `log_options_invalid`, `storage_unavailable`, `storage_damaged`. */
  static async open(options: LogOptions): Promise<EventLog> {
    const resolved = resolveLogOptions(options);
    const { storage } = resolved;
    await storage.open(tableCount);
    try {
      return new EventLog(resolved, await openLog(resolved));
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  readonly #context: LogContext;
  readonly #writer: Writer;
  readonly #maker: SessionMaker;
  readonly #importer: Importer;
  readonly #reading: ReadContext;
  readonly #derived: Derived;
  readonly #cleaner: Cleaner;
  readonly #recent: RecentSessions;
  readonly #follow: FollowContext;
  readonly #channels: LiveChannels<unknown>[] = [];
  readonly #closed = new AbortController();
  readonly #cleaning: NodeJS.Timeout;

  private constructor(
    private readonly options: ResolvedLogOptions,
    opened: OpenedLog,
  ) {
    this.#derived = opened.derived;
    const { storage, server, limits, now, hook, conditions, onError } = options;
    const { types, derived, book, position, reserved } = opened;
    this.#recent = new RecentSessions(position, limits.maxRecentSessions, (number) =>
      types.typeOf(number),
    );
    const { index } = derived;
    const ends = new ServerEnds(opened.ends);
    // Session numbers that may have been told of are not used again.
    const end = ends.of(server);
    if (reserved > end.session) ends.set(server, { ...end, session: reserved, instance: 0 });
    this.#context = new LogContext(
      limits,
      types,
      conditions,
      new Numbering(types, position, reserved),
      ends,
      new StreamVersions(),
      index,
    );
    this.#maker = new SessionMaker(this.#context, { server, now, hook });
    this.#importer = new Importer(this.#context);
    this.#writer = new Writer({
      storage,
      maxPending: limits.maxPending,
      maxPendingBytes: limits.maxPendingBytes,
      ready: () => (index.isFull ? index.write() : undefined),
      onCommitted: (group) => this.#committed(group),
      onFailed: onError,
    });
    const isVisible = conditions.isEmpty
      ? () => true
      : ({ type, payload }: StoredEvent) => conditions.passes(type, payload);
    this.#reading = { storage, index, types, limits, isVisible };
    this.#follow = { reading: this.#reading, recent: this.#recent, closed: this.#closed.signal };
    this.#cleaner = new Cleaner({
      storage,
      types,
      book,
      limits,
      ...derived,
      keepAnswersSeconds: options.keepAnswersSeconds,
      submit: (job) => this.#writer.submit(job),
    });
    const cleanUp = () => {
      this.cleanUp().catch((error: unknown) => {
        // The end of the log, and that of its storage, have been told of.
        if (this.#writer.failure === undefined && !this.#closed.signal.aborted) onError(error);
      });
    };
    this.#cleaning = setInterval(cleanUp, options.cleanUpEverySeconds * 1_000).unref();
  }

  /** This server's number in the ids of events. */
  get server(): number {
    return this.options.server;
  }

  /**
   * Stores events, all of them or none, as one session.
   *
   * @throws SluiceError `event_invalid`, `session_too_large`, `event_types_exceeded`,
   * `version_conflict`, `idempotency_key_reused`, `log_overloaded`, `log_failed`, `log_closed`.
   */
  append(events: readonly NewEvent[], options: AppendOptions = {}): Promise<AppendResult> {
    try {
      return this.#append(events, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #append(events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult> {
    const { limits } = this.options;
    const prepared = prepareEvents(events, this.#context);
    refuseUnmet(events, this.options.conditions);
    if (options.expect !== undefined) prepareExpectations(options.expect, limits.maxKeyBytes);
    if (options.key !== undefined) checkKey(options.key, limits.maxKeyBytes);
    if (prepared.length === 0) return nothing;
    const job = this.#maker.append(prepared, options);
    this.#writer.submit(job);
    return job.result;
  }

  /**
   * Stores events that have ids already, of this server or a peer: a copy, a backup. Of each server
   * they must come in the order of their ids; whatever does not fit is skipped, and told.
   *
   * @throws SluiceError `event_invalid`, `event_types_exceeded`, `log_overloaded`, `log_failed`,
   * `log_closed`.
   */
  async import(events: readonly ImportEvent[]): Promise<ImportResult> {
    const { job, result } = this.#importer.import(events);
    this.#writer.submit(job);
    return result;
  }

  /**
   * Imports any number of events: a whole log, page by page from a peer. They are stored part by
   * part, so when it fails, what progress has told of is stored.
   *
   * @throws SluiceError as `import()`; and whatever the source throws.
   */
  importAll(
    events: AsyncIterable<ImportEvent> | Iterable<ImportEvent>,
    options: ImportAllOptions = {},
  ): Promise<Omit<ImportProgress, "last">> {
    return importAll((part) => this.import(part), events, options);
  }

  /**
   * Removes what the rules do not keep; it runs by itself, too.
   *
   * @param now what ages are measured by; default: the time of day.
   */
  cleanUp({ now }: { readonly now?: Timestamp } = {}): Promise<CleanUp> {
    return this.#cleaner.cleanUp(now ?? timestampOf(this.options.now()));
  }

  async status(): Promise<LogStatus> {
    const { server, storage } = this.options;
    return {
      server,
      lastEventId: this.lastEventId(server),
      types: this.#context.types.size,
      pending: this.#writer.pending,
      sizeBytes: await storage.sizeBytes(),
      clockSteps: this.#maker.clockSteps,
      failure: this.#writer.failure?.message,
    };
  }

  /** The last event of a server, before which there is nothing more to come; session 0 if none. */
  lastEventId(server: number): EventId {
    const end = this.#context.index.ends().get(server);
    return { server, session: end?.session ?? 0, instance: end?.instance ?? 0 };
  }

  /** @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`. */
  queryTimeseries(query: TimeseriesQuery = {}): Promise<EventPage> {
    return queryTimeseries(this.#reading, query);
  }

  /**
   * The last event of each type, in the order in which the types came first.
   *
   * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`.
   */
  queryLatest(query: LatestQuery = {}): Promise<EventPage> {
    return queryLatest(this.#reading, query);
  }

  /** @throws SluiceError `query_invalid` */
  queryServer(query: ServerQuery): Promise<EventPage> {
    return queryServer(this.#reading, query);
  }

  /** @throws SluiceError `query_invalid` */
  readStream(query: StreamQuery): Promise<StreamPage> {
    return queryStream(this.#reading, query);
  }

  /**
   * Everything from a point on: what there is, then what comes, in the order in which it became
   * durable, without a gap and without a repetition. However slow the loop is, it slows nobody:
   * nothing is kept for it.
   *
   * @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded` at once, and
   * in the loop `event_unknown`, `log_closed`, or the reason of the signal.
   */
  subscribe(options: SubscribeOptions = {}): Following {
    return follow(this.#follow, options);
  }

  /** The same for many, of whom those who want the same are given the same: made once for all. */
  feeds<T>(items: FeedItems<T>): LogFeeds<T> {
    const { isVisible, index } = this.#reading;
    const place = { position: this.#recent.last, last: lastEvent(index) };
    const channels = new LiveChannels(items, isVisible, place);
    this.#channels.push(channels);
    return new LogFeeds(this.#follow, channels, this.options.limits.maxSubscribers);
  }

  /** Writes what is on its way, then gives the storage free. Further calls wait for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #closing: Promise<void> | undefined;

  async #close(): Promise<void> {
    const { storage, server } = this.options;
    const { index, ends } = this.#context;
    clearInterval(this.#cleaning);
    const closed = new SluiceError("log_closed", "The event log is closed.");
    this.#closed.abort(closed);
    this.#recent.wake();
    for (const channels of this.#channels) channels.end(closed);
    await this.#writer.close();
    // One that was under way has heard by now that it cannot go on.
    await this.#cleaner.idle();
    try {
      if (this.#writer.failure === undefined) {
        // All of it: what is not in the index has to be read again when the log opens.
        await index.commit();
        const value = encodeReserved(ends.of(server).session);
        await storage.commit([{ table: tables.meta, key: reservedKey, value }]);
      }
    } finally {
      await storage.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #committed(group: CommitGroup): void {
    const { index, versions } = this.#context;
    for (const session of group.sessions) this.#derived.add(session);
    this.#recent.add(group.sessions);
    for (const channels of this.#channels) channels.give(group.sessions);
    const last = group.sessions.at(-1);
    if (last !== undefined) versions.committed(last.position);
    // If the storage fails, so does the next append, and tells.
    index.writeIfLong().catch(() => {});
  }
}

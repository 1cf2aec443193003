import type { AppendOptions, AppendResult } from "./append/append-request.js";
import type { CommitGroup } from "./append/commit-group.js";
import { prepareExpectations } from "./append/expectations.js";
import { encodeReserved, Numbering, reservedKey } from "./append/numbering.js";
import { checkKey, prepareEvents } from "./append/prepared-event.js";
import { SessionMaker } from "./append/session-maker.js";
import { StreamVersions } from "./append/stream-versions.js";
import { Writer } from "./append/writer.js";
import { type LogOptions, type ResolvedLogOptions, resolveLogOptions } from "./log-options.js";
import type { NewEvent } from "./model/event.js";
import { type OpenedLog, openLog } from "./open-log.js";
import { tableCount, tables } from "./tables.js";

const nothing: AppendResult = { events: [], replayed: false };

/** One durable, ordered log of events. */
export class EventLog {
  /** @throws SluiceError `log_options_invalid`, `storage_unavailable`, `storage_damaged`. */
  static async open(options: LogOptions): Promise<EventLog> {
    const resolved = resolveLogOptions(options);
    const { storage } = resolved;
    await storage.open(tableCount);
    try {
      return new EventLog(resolved, await openLog(storage));
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  readonly #writer: Writer;
  readonly #maker: SessionMaker;
  readonly #versions = new StreamVersions();

  private constructor(
    private readonly options: ResolvedLogOptions,
    private readonly opened: OpenedLog,
  ) {
    const { storage, server, limits, now, hook } = options;
    const { types, index, ends, position, reserved } = opened;
    const end = ends.get(server);
    this.#writer = new Writer({
      storage,
      maxPending: limits.maxPending,
      maxPendingBytes: limits.maxPendingBytes,
      onCommitted: (group) => this.#committed(group),
      onFailed: () => {},
    });
    this.#maker = new SessionMaker({
      server,
      index,
      types,
      limits,
      numbering: new Numbering(types, position, reserved),
      versions: this.#versions,
      session: Math.max(end?.session ?? 0, reserved),
      time: end?.time,
      now,
      hook,
    });
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
  async append(events: readonly NewEvent[], options: AppendOptions = {}): Promise<AppendResult> {
    const { limits } = this.options;
    const prepared = prepareEvents(events, limits, this.opened.types);
    if (options.expect !== undefined) prepareExpectations(options.expect, limits.maxKeyBytes);
    if (options.key !== undefined) checkKey(options.key, limits.maxKeyBytes);
    if (prepared.length === 0) return nothing;
    const { job, result } = this.#maker.append(prepared, options);
    this.#writer.submit(job);
    return result;
  }

  async close(): Promise<void> {
    const { storage } = this.options;
    await this.#writer.close();
    if (this.#writer.failure === undefined) {
      await this.opened.index.write();
      const value = encodeReserved(this.#maker.session);
      await storage.commit([{ table: tables.meta, key: reservedKey, value }]);
    }
    await storage.close();
  }

  #committed(group: CommitGroup): void {
    const { index } = this.opened;
    for (const session of group.sessions) index.add(session);
    const last = group.sessions.at(-1);
    if (last !== undefined) this.#versions.committed(last.position);
    void index.writeIfLong();
  }
}

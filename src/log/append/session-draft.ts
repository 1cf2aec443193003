import { SluiceError } from "../../errors.js";
import type { NewEvent } from "../model/event.js";
import type { Timestamp } from "../model/timestamp.js";
import { type Moment, timestampOf } from "../moment.js";
import { StoredEvent } from "../stored-event.js";
import type { LogContext } from "./log-context.js";
import { type PreparedEvent, prepareEvents } from "./prepared-event.js";
import { refuseUnmet } from "./refuse-unmet.js";
import type { StreamEnd } from "./stream-versions.js";

/** What may be of a stream. */
interface Streamed {
  readonly streamKey?: string | undefined;
  /** Where the stream ends, once that has been looked up. */
  end?: StreamEnd | undefined;
}

/** A session that is being put together: its events have ids, but nobody has seen them yet. */
export class SessionDraft {
  readonly timestamp: Timestamp;
  readonly events: StoredEvent[] = [];
  /** Of the streams it adds to. */
  readonly #ends: StreamEnd[] = [];
  readonly #claim: number;
  #bytes = 0;

  constructor(
    private readonly context: LogContext,
    readonly server: number,
    readonly session: number,
    readonly time: Moment,
    /** Who appends. */
    readonly source: unknown,
  ) {
    this.timestamp = timestampOf(time);
    this.#claim = context.versions.claim();
  }

  /** Bytes of all payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last version of a stream that was looked up, its own events included. */
  versionOf(streamKey: string): number {
    const end = this.context.versions.get(streamKey)!;
    return end.claim === this.#claim ? end.drafted : end.version;
  }

  /** It will be written, at this position: the streams end where it has them end. */
  settle(position: number): void {
    for (const end of this.#ends) end.advance(end.drafted, position);
    this.context.versions.written(position);
  }

  /**
   * Adds events that are not checked yet.
   *
   * @throws SluiceError `event_invalid`, `event_refused`, `session_too_large`, `event_types_exceeded`.
   */
  async add(events: readonly NewEvent[]): Promise<StoredEvent[]> {
    const prepared = prepareEvents(events, this.context);
    refuseUnmet(events, this.context.conditions);
    await this.lookUp(prepared);
    return this.addPrepared(prepared);
  }

  /** Finds out where streams end; `undefined` if nobody has to be asked. */
  lookUp(list: readonly Streamed[]): Promise<unknown> | undefined {
    const { versions } = this.context;
    let unknown: Promise<void>[] | undefined;
    for (const streamed of list) {
      const { streamKey } = streamed;
      if (streamKey === undefined) continue;
      streamed.end = versions.get(streamKey);
      if (streamed.end !== undefined) continue;
      unknown ??= [];
      unknown.push(this.#load(streamKey, streamed));
    }
    return unknown && Promise.all(unknown);
  }

  async #load(streamKey: string, streamed: Streamed): Promise<void> {
    const { versions, index } = this.context;
    streamed.end = versions.add(streamKey, await index.lastVersion(streamKey));
  }

  /** @throws SluiceError `session_too_large`, `event_types_exceeded`. */
  addPrepared(prepared: readonly PreparedEvent[]): StoredEvent[] {
    const { maxEvents, maxSessionBytes } = this.context.limits;
    if (this.events.length + prepared.length > maxEvents) {
      throw tooLarge(`${this.events.length + prepared.length} events`, `${maxEvents} (maxEvents)`);
    }
    const added = prepared.map((event) => this.#add(event));
    if (this.#bytes > maxSessionBytes) {
      throw tooLarge(`${this.#bytes} bytes`, `${maxSessionBytes} (maxSessionBytes)`);
    }
    return added;
  }

  #add({ type, typeNumber, sourceTimestamp, streamKey, end, binaryType, data }: PreparedEvent) {
    const number = typeNumber ?? this.context.typeNumber(type);
    let stream: StoredEvent["stream"];
    if (streamKey !== undefined) stream = { key: streamKey, version: this.#nextVersion(end!) };
    if (data !== undefined) this.#bytes += data.length;
    const event = new StoredEvent(
      { server: this.server, session: this.session, instance: this.events.length + 1 },
      number,
      this.context.types.typeOf(number),
      this.timestamp,
      sourceTimestamp,
      stream,
      binaryType,
      data,
    );
    this.events.push(event);
    return event;
  }

  #nextVersion(end: StreamEnd): number {
    if (end.claim !== this.#claim) {
      end.claim = this.#claim;
      end.drafted = end.version;
      this.#ends.push(end);
    }
    return ++end.drafted;
  }
}

function tooLarge(what: string, limit: string): SluiceError {
  return new SluiceError("session_too_large", `A session of ${what} is larger than ${limit}.`);
}

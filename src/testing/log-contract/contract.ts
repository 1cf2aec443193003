import type { Appended } from "../../client/events/from-messages.js";
import type {
  EventPage,
  LatestQuery,
  ServerQuery,
  StreamPage,
  StreamQuery,
  TimeseriesQuery,
} from "../../client/events/queries.js";
import type { AppendOptions } from "../../log/append/append-request.js";
import type { EventLog } from "../../log/event-log.js";
import type { Followed, SubscribeOptions } from "../../log/follow/subscribe-request.js";
import type { LogOptions } from "../../log/log-options.js";
import type { NewEvent } from "../../log/model/event.js";

/**
 * An event log as those see it who call it, in the same process or at the other end of a network.
 * What fails does so with an error that `sluiceError()` reads, or with a `SluiceError`.
 */
export interface CallableLog {
  append(
    events: readonly NewEvent[],
    options?: Pick<AppendOptions, "expect" | "key" | "durability">,
  ): Promise<Appended>;
  /** The answers to queries, page by page, each asked for when the loop comes to it. */
  queryTimeseries(query?: TimeseriesQuery): AsyncIterable<EventPage>;
  queryLatest(query?: LatestQuery): AsyncIterable<EventPage>;
  queryServer(query: ServerQuery): AsyncIterable<EventPage>;
  readStream(query: StreamQuery): AsyncIterable<StreamPage>;
  /** A loop over it ends with an error when it cannot go on, whatever could be done about that. */
  subscribe(options?: SubscribeOptions): AsyncIterable<Followed>;
}

/** A log that is open. Disposing it closes it. */
export interface OpenedLog extends AsyncDisposable {
  readonly log: CallableLog;
  /** What can be done only where it is. */
  readonly host: Pick<EventLog, "import" | "cleanUp">;
}

/** What logs are opened with. */
export type OpenLogOptions = Omit<LogOptions, "storage" | "hook" | "server" | "identifier">;

/** Where an event log is kept. Disposing it removes the log. */
export interface LogPlace extends AsyncDisposable {
  /** Opens what is there, as server 1; asked for again when the one before is closed. */
  open(options: OpenLogOptions): Promise<OpenedLog>;
}

/** Makes a new, empty place. */
export type MakeLogPlace = () => Promise<LogPlace> | LogPlace;

/** One thing that an event log promises. */
export interface LogContractCase {
  readonly name: string;
  /** @throws AssertionError if the log does not keep the promise. */
  run(makePlace: MakeLogPlace): Promise<void>;
}

import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { EventService } from "../../gen/sluice/events/v1/events_pb.js";
import type { LogStatus } from "../../log/event-log-status.js";
import type { NewEvent } from "../../log/model/event.js";
import { appendStream } from "./append-stream.js";
import { type Clock, realClock } from "./clock.js";
import { type Appended, appendedOf, eventIdOf } from "./from-messages.js";
import type { PagedEvents } from "./paged-events.js";
import type {
  EventPage,
  LatestQuery,
  ServerQuery,
  StreamPage,
  StreamQuery,
  TimeseriesQuery,
} from "./queries.js";
import { queryLatest, queryServer, queryTimeseries, readStream } from "./query-calls.js";
import type { SubscribeOptions, SubscriptionItem } from "./subscribe-options.js";
import { Subscription, type SubscriptionContext } from "./subscription.js";
import { appendMessage, type EventBatch } from "./to-messages.js";

/** For tests: what a client otherwise has from its surroundings. */
export interface EventClientOptions {
  readonly clock?: Clock;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: () => number;
}

/** Options of `EventClient.append()`. */
export type AppendOptions = Omit<EventBatch, "events"> & CallOptions;

/**
 * An event log at the other end of a network, with the shapes that it has in process. What is thrown
 * is Connect's, and `sluiceError()` reads it.
 *
 * ```ts
 * const log = new EventClient(createConnectTransport({ baseUrl: "/" }));
 * await log.append([{ type: ["plant", "temp"], payload: { json: 21.5 } }]);
 * for await (const item of log.subscribe({ types: [["plant", "*"]] })) …
 * ```
 */
export class EventClient {
  readonly #client: Client<typeof EventService>;
  readonly #context: SubscriptionContext;

  /** @param transport of connect-web in browsers, of connect-node in Node, or an app's own. */
  constructor(transport: Transport, options: EventClientOptions = {}) {
    const { clock = realClock, random = Math.random } = options;
    this.#client = createClient(EventService, transport);
    this.#context = { client: this.#client, clock, random };
  }

  /**
   * Stores events, all of them or none, as one session. It is not repeated by itself: with a `key`
   * it may be, since of appends with the same one only the first is stored.
   */
  async append(events: readonly NewEvent[], options: AppendOptions = {}): Promise<Appended> {
    const { expect, key, durability, ...call } = options;
    const message = appendMessage({ events, expect, key, durability });
    return appendedOf(await this.#client.append(message, call));
  }

  /**
   * Many appends over one call, answered in their order; a few may be on their way at once. Needs a
   * transport that sends while it receives: Node's over HTTP/2, no browser's.
   */
  appendStream(
    batches: AsyncIterable<EventBatch> | Iterable<EventBatch>,
    options: CallOptions = {},
  ): AsyncGenerator<Appended, void> {
    return appendStream(this.#client, batches, options);
  }

  /** The last event of each type, in the order in which the types came first. */
  queryLatest(query: LatestQuery = {}, options: CallOptions = {}): PagedEvents<EventPage> {
    return queryLatest(this.#client, query, options);
  }

  /** Events by type and time; the newest first, unless the query says otherwise. */
  queryTimeseries(query: TimeseriesQuery = {}, options: CallOptions = {}): PagedEvents<EventPage> {
    return queryTimeseries(this.#client, query, options);
  }

  /** Everything that one server has stored, in the order of the ids: to copy it. */
  queryServer(query: ServerQuery, options: CallOptions = {}): PagedEvents<EventPage> {
    return queryServer(this.#client, query, options);
  }

  /** The events of one stream; the oldest first, unless the query says otherwise. */
  readStream(query: StreamQuery, options: CallOptions = {}): PagedEvents<StreamPage> {
    return readStream(this.#client, query, options);
  }

  /**
   * Everything from a point on: what there is, then what comes, without a gap and without a
   * repetition, also when the connection is lost in between. It is then had again, by itself, after
   * ever longer waits; the items say so. A loop is thrown only what cannot get better: a request or
   * rights that the server refuses, a server without this service, an event that it does not know
   * (see `onUnknown`), the reason of the signal.
   *
   * Leaving the loop ends the call. To be iterated once.
   */
  subscribe(options: SubscribeOptions = {}): AsyncIterableIterator<SubscriptionItem, void> {
    return new Subscription(this.#context, options);
  }

  /** How the server and its log are. */
  async getStatus(options?: CallOptions): Promise<LogStatus> {
    const status = await this.#client.getStatus({}, options);
    return {
      server: status.serverId,
      lastEventId: eventIdOf(status.lastEventId),
      types: Number(status.eventTypes),
      pending: Number(status.pendingAppends),
      sizeBytes: Number(status.sizeBytes),
      clockSteps: Number(status.clockSteps),
      failure: status.failure === "" ? undefined : status.failure,
    };
  }
}

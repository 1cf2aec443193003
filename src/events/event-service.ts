import { action } from "../decorators/action.js";
import { feed } from "../decorators/feed.js";
import { service } from "../decorators/service.js";
import type { AppendOptions } from "../log/append/append-request.js";
import type { EventLog } from "../log/event-log.js";
import type { LogFeeds } from "../log/follow/log-feed.js";
import { AnnouncedFeed } from "./announced-feed.js";
import { answersInOrder } from "./answers-in-order.js";
import {
  AppendRequest,
  AppendResponse,
  AppendStreamRequest,
  AppendStreamResponse,
  Durability,
} from "./append-messages.js";
import { clientSource, type Engine } from "./engine/engine.js";
import {
  Order,
  OrderBy,
  QueryLatestRequest,
  QueryLatestResponse,
  QueryServerRequest,
  QueryServerResponse,
  QueryTimeseriesRequest,
  QueryTimeseriesResponse,
  ReadStreamRequest,
  ReadStreamResponse,
} from "./query-messages.js";
import {
  GetStatusRequest,
  GetStatusResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "./subscribe-messages.js";
import { feedOptionsOf, type SubscribeItem } from "./subscription.js";
import { appendMessage, eventIdMessage, eventMessages } from "./to-messages.js";
import { expectationsOf, newEventsOf, RequestCheck, typesOf } from "./to-model.js";

/** A log, and those who follow it by RPC. */
export interface OpenStore {
  readonly log: EventLog;
  readonly feeds: LogFeeds<SubscribeItem>;
}

/** The event log as RPCs. In process, `EventLog` is the same without them. */
@service({ doc: "One durable, ordered log of events." })
export class EventService {
  readonly #open: () => OpenStore;
  readonly #engine: Engine;

  /** @param open when there is one: from the start of the plugin to its stop. */
  constructor(open: () => OpenStore, engine: Engine) {
    this.#open = open;
    this.#engine = engine;
  }

  get #log(): EventLog {
    return this.#open().log;
  }

  @action({
    request: AppendRequest,
    response: AppendResponse,
    doc: "Stores events, all of them or none, as one session.",
  })
  async append(request: AppendRequest) {
    const { events, options } = readAppend(request);
    return appendMessage(await this.#log.append(events, options));
  }

  @action({
    stream: "both",
    request: AppendStreamRequest,
    response: AppendStreamResponse,
    doc: "Many appends over one call, answered in their order; a few may be on their way at once.",
  })
  async *appendStream(requests: AsyncIterable<AppendStreamRequest>) {
    const append = (request: AppendStreamRequest) => this.append(request);
    let answered = 0n;
    for await (const answer of answersInOrder(requests, append)) {
      answered++;
      yield { ...answer, answered };
    }
  }

  @action({
    request: QueryLatestRequest,
    response: QueryLatestResponse,
    idempotent: true,
    doc: "The last event of each type.",
  })
  async queryLatest({ types, pageSize, pageToken }: QueryLatestRequest) {
    const { events, cursor = "" } = await this.#log.queryLatest({
      types: typesOf(types),
      limit: pageSize || undefined,
      cursor: pageToken || undefined,
    });
    return { events: eventMessages(events), nextPageToken: cursor };
  }

  @action({
    request: QueryTimeseriesRequest,
    response: QueryTimeseriesResponse,
    idempotent: true,
    doc: "Events by type and time.",
  })
  async queryTimeseries(request: QueryTimeseriesRequest) {
    const check = new RequestCheck();
    const query = {
      types: typesOf(request.types),
      from: check.timestamp("startTime", request.startTime),
      to: check.timestamp("endTime", request.endTime),
      sourceFrom: check.timestamp("sourceStartTime", request.sourceStartTime),
      sourceTo: check.timestamp("sourceEndTime", request.sourceEndTime),
      order: orderOf(request.order, "descending"),
      orderBy:
        request.orderBy === OrderBy.SourceTimestamp
          ? ("sourceTimestamp" as const)
          : ("timestamp" as const),
      limit: request.pageSize || undefined,
      cursor: request.pageToken || undefined,
      after: check.eventId("after", request.after),
    };
    check.finish();
    const { events, cursor = "" } = await this.#log.queryTimeseries(query);
    return { events: eventMessages(events), nextPageToken: cursor };
  }

  @action({
    request: QueryServerRequest,
    response: QueryServerResponse,
    idempotent: true,
    doc: "Everything that one server has stored: to copy it.",
  })
  async queryServer({ serverId, after, pageSize, pageToken }: QueryServerRequest) {
    const check = new RequestCheck();
    const query = {
      server: serverId,
      after: check.eventId("after", after),
      limit: pageSize || undefined,
      cursor: pageToken || undefined,
    };
    check.finish();
    const { events, cursor = "" } = await this.#log.queryServer(query);
    return { events: eventMessages(events), nextPageToken: cursor };
  }

  @action({
    request: ReadStreamRequest,
    response: ReadStreamResponse,
    idempotent: true,
    doc: "The events of one stream.",
  })
  async readStream({ streamKey, afterVersion, order, pageSize }: ReadStreamRequest) {
    const check = new RequestCheck();
    const query = {
      streamKey,
      after: afterVersion === undefined ? undefined : check.number("afterVersion", afterVersion),
      order: orderOf(order, "ascending"),
      limit: pageSize || undefined,
    };
    check.finish();
    const { events, version, next } = await this.#log.readStream(query);
    return {
      events: eventMessages(events),
      version: BigInt(version),
      nextAfterVersion: next === undefined ? undefined : BigInt(next),
    };
  }

  @feed({
    request: SubscribeRequest,
    payload: SubscribeResponse,
    doc:
      "Everything from a point on: what there is, then what comes, without a gap and without a " +
      "repetition.",
  })
  subscribe(request: SubscribeRequest) {
    const { clientName } = request;
    const opened = this.#open().feeds.open(feedOptionsOf(request));
    return clientName === "" ? opened : new AnnouncedFeed(opened, this.#engine, clientName);
  }

  @action({
    request: GetStatusRequest,
    response: GetStatusResponse,
    idempotent: true,
    doc: "How the server is.",
  })
  async getStatus(_: GetStatusRequest) {
    const status = await this.#log.status();
    return {
      serverId: status.server,
      lastEventId: eventIdMessage(status.lastEventId),
      eventTypes: BigInt(status.types),
      pendingAppends: BigInt(status.pending),
      sizeBytes: BigInt(status.sizeBytes),
      clockSteps: BigInt(status.clockSteps),
      failure: status.failure ?? "",
    };
  }
}

function readAppend(request: AppendRequest) {
  const check = new RequestCheck();
  const events = newEventsOf(request.events, check);
  const options: AppendOptions = {
    expect: request.expect.length === 0 ? undefined : expectationsOf(request.expect, check),
    key: request.idempotencyKey || undefined,
    source: clientSource,
    durability: request.durability === Durability.Relaxed ? "relaxed" : "commit",
  };
  check.finish();
  return { events, options };
}

function orderOf(order: Order, unspecified: "ascending" | "descending") {
  if (order === Order.Unspecified) return unspecified;
  return order === Order.Ascending ? "ascending" : "descending";
}

import type { CallOptions, Client } from "@connectrpc/connect";
import { type EventService, Order, OrderBy } from "../../gen/sluice/events/v1/events_pb.js";
import { timestampMessage, whole, wholeBigInt } from "./arguments.js";
import { eventOf } from "./from-messages.js";
import { PagedEvents } from "./paged-events.js";
import type {
  EventPage,
  LatestQuery,
  ServerQuery,
  StreamPage,
  StreamQuery,
  TimeseriesQuery,
} from "./queries.js";
import { eventIdMessage, typesMessage } from "./to-messages.js";

type EventCalls = Client<typeof EventService>;
type Response = Awaited<ReturnType<EventCalls["queryLatest" | "queryTimeseries" | "queryServer"]>>;

export function queryLatest(
  client: EventCalls,
  { types, limit, cursor }: LatestQuery,
  options: CallOptions,
): PagedEvents<EventPage> {
  const request = { types: typesMessage(types), pageSize: pageSize(limit) };
  return byCursor(cursor, options, (pageToken, call) =>
    client.queryLatest({ ...request, pageToken }, call),
  );
}

export function queryTimeseries(
  client: EventCalls,
  query: TimeseriesQuery,
  options: CallOptions,
): PagedEvents<EventPage> {
  const { types, limit, cursor, after } = query;
  const request = {
    types: typesMessage(types),
    startTime: timestampMessage("from", query.from),
    endTime: timestampMessage("to", query.to),
    sourceStartTime: timestampMessage("sourceFrom", query.sourceFrom),
    sourceEndTime: timestampMessage("sourceTo", query.sourceTo),
    order: orderMessage(query.order),
    orderBy: query.orderBy === "sourceTimestamp" ? OrderBy.SOURCE_TIMESTAMP : OrderBy.TIMESTAMP,
    after: after && eventIdMessage("after", after),
    pageSize: pageSize(limit),
  };
  return byCursor(cursor, options, (pageToken, call) =>
    client.queryTimeseries({ ...request, pageToken }, call),
  );
}

export function queryServer(
  client: EventCalls,
  { server, after, limit, cursor }: ServerQuery,
  options: CallOptions,
): PagedEvents<EventPage> {
  const request = {
    serverId: whole("server", server),
    after: after && eventIdMessage("after", after),
    pageSize: pageSize(limit),
  };
  return byCursor(cursor, options, (pageToken, call) =>
    client.queryServer({ ...request, pageToken }, call),
  );
}

export function readStream(
  client: EventCalls,
  { streamKey, after, order, limit }: StreamQuery,
  options: CallOptions,
): PagedEvents<StreamPage> {
  const request = { streamKey, order: orderMessage(order), pageSize: pageSize(limit) };
  const first = after === undefined ? undefined : wholeBigInt("after", after);
  return new PagedEvents<StreamPage>({
    read: async (previous, signal) => {
      const afterVersion = previous?.next === undefined ? first : BigInt(previous.next);
      const response = await client.readStream(
        { ...request, afterVersion },
        { ...options, signal },
      );
      const { events, version, nextAfterVersion } = response;
      return {
        events: events.map(eventOf),
        version: Number(version),
        next: nextAfterVersion === undefined ? undefined : Number(nextAfterVersion),
      };
    },
    isLast: ({ next }) => next === undefined,
    signal: options.signal,
  });
}

function byCursor(
  first: string | undefined,
  options: CallOptions,
  read: (pageToken: string | undefined, call: CallOptions) => Promise<Response>,
): PagedEvents<EventPage> {
  return new PagedEvents<EventPage>({
    read: async (previous, signal) => {
      const pageToken = previous?.cursor ?? first;
      const { events, nextPageToken } = await read(pageToken, { ...options, signal });
      return { events: events.map(eventOf), cursor: nextPageToken || undefined };
    },
    isLast: ({ cursor }) => cursor === undefined,
    signal: options.signal,
  });
}

function pageSize(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : whole("limit", limit, 1);
}

function orderMessage(order: "ascending" | "descending" | undefined): Order {
  if (order === undefined) return Order.UNSPECIFIED;
  return order === "ascending" ? Order.ASCENDING : Order.DESCENDING;
}

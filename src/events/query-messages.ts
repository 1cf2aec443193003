import type { Timestamp as ProtoTimestamp } from "@bufbuild/protobuf/wkt";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { type EnumValue, enumType } from "../decorators/enum-type.js";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";
import { Event, EventId, TypeFilter } from "./event-messages.js";

/** The direction of a query. */
export const Order = enumType(
  "Order",
  { Unspecified: 0, Descending: 1, Ascending: 2 },
  {
    doc: "The direction of a query.",
    values: {
      Unspecified: { doc: "The default of the query." },
      Descending: { doc: "The newest first." },
      Ascending: { doc: "The oldest first." },
    },
  },
);
export type Order = EnumValue<typeof Order>;

/** Which time a query goes by. */
export const OrderBy = enumType(
  "OrderBy",
  { Unspecified: 0, Timestamp: 1, SourceTimestamp: 2 },
  {
    doc: "Which time a query goes by.",
    values: {
      Unspecified: { doc: "As for TIMESTAMP." },
      Timestamp: { doc: "When events were stored." },
      SourceTimestamp: { doc: "When they happened; events that do not say are left out." },
    },
  },
);
export type OrderBy = EnumValue<typeof OrderBy>;

const pageSize = { doc: "Events of a page, at most; 0 for as many as the server allows." };
const pageToken = { doc: "next_page_token of the page before, of the same query." };
const types = { doc: "Unset: all types." };

@message({ doc: "Asks for the last event of each type." })
export class QueryLatestRequest {
  @field(1, TypeFilter, types)
  types?: TypeFilter;

  @field(2, "uint32", pageSize)
  pageSize!: number;

  @field(3, "string", pageToken)
  pageToken!: string;
}

class EventPage {
  @field(1, repeated(Event))
  events!: Event[];

  @field(2, "string", { doc: "With it the query goes on; empty if there is nothing more." })
  nextPageToken!: string;
}

@message({ doc: "The last events, in the order in which their types came first." })
export class QueryLatestResponse extends EventPage {}

@message({ doc: "Asks for events by type and time." })
export class QueryTimeseriesRequest {
  @field(1, TypeFilter, types)
  types?: TypeFilter;

  @field(2, TimestampSchema, { doc: "The earliest timestamp, included." })
  startTime?: ProtoTimestamp;

  @field(3, TimestampSchema, { doc: "The latest timestamp, included." })
  endTime?: ProtoTimestamp;

  @field(4, TimestampSchema, { doc: "The earliest source timestamp, included." })
  sourceStartTime?: ProtoTimestamp;

  @field(5, TimestampSchema, { doc: "The latest source timestamp, included." })
  sourceEndTime?: ProtoTimestamp;

  @field(6, Order, { doc: "Default: descending." })
  order!: Order;

  @field(7, OrderBy, { doc: "Default: by timestamp." })
  orderBy!: OrderBy;

  @field(8, "uint32", pageSize)
  pageSize!: number;

  @field(9, "string", pageToken)
  pageToken!: string;

  @field(10, EventId, { doc: "Only what comes behind this event, in the order of the query." })
  after?: EventId;
}

@message({ doc: "Events in the order of their times, ties by id." })
export class QueryTimeseriesResponse extends EventPage {}

@message({ doc: "Asks for everything that one server has stored." })
export class QueryServerRequest {
  @field(1, "uint32")
  serverId!: number;

  @field(2, EventId, { doc: "Only what comes after this id, which need not exist." })
  after?: EventId;

  @field(3, "uint32", pageSize)
  pageSize!: number;

  @field(4, "string", pageToken)
  pageToken!: string;
}

@message({ doc: "Events in the order of their ids." })
export class QueryServerResponse extends EventPage {}

@message({ doc: "Asks for the events of one stream." })
export class ReadStreamRequest {
  @field(1, "string")
  streamKey!: string;

  @field(2, "uint64", {
    optional: true,
    doc: "Only versions behind this one, in the order that is asked for.",
  })
  afterVersion?: bigint;

  @field(3, Order, { doc: "Default: ascending." })
  order!: Order;

  @field(4, "uint32", pageSize)
  pageSize!: number;
}

@message({ doc: "Events in the order of their versions." })
export class ReadStreamResponse {
  @field(1, repeated(Event))
  events!: Event[];

  @field(2, "uint64", { doc: "The last version of the stream; 0 if it has no event." })
  version!: bigint;

  @field(3, "uint64", {
    optional: true,
    doc: "As after_version it asks for what follows; unset if there is nothing more.",
  })
  nextAfterVersion?: bigint;
}

import { type EnumValue, enumType } from "../decorators/enum-type.js";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";
import { Event, EventId, TypeFilter } from "./event-messages.js";

/** Where a subscription begins. */
export const StartPoint = enumType(
  "StartPoint",
  { Unspecified: 0, Now: 1, Beginning: 2 },
  {
    doc: "Where a subscription begins.",
    values: {
      Unspecified: { doc: "As for NOW." },
      Now: { doc: "With what comes from now on." },
      Beginning: { doc: "With the first event there is." },
    },
  },
);
export type StartPoint = EnumValue<typeof StartPoint>;

/** What a subscriber gets who cannot keep up. */
export const Policy = enumType(
  "Policy",
  { Unspecified: 0, Fifo: 1, Latest: 2 },
  {
    doc: "What a subscriber gets who cannot keep up.",
    values: {
      Unspecified: { doc: "As for FIFO." },
      Fifo: { doc: "Everything in order, however late." },
      Latest: { doc: "The newest: what does not fit into its queue is skipped." },
    },
  },
);
export type Policy = EnumValue<typeof Policy>;

@message({ doc: "What to follow, and from where." })
export class SubscribeRequest {
  @field(1, TypeFilter, { doc: "Unset: all types." })
  types?: TypeFilter;

  @field(2, "string", { doc: "Instead of types: the events of one stream." })
  streamKey!: string;

  @field(3, "uint32", { optional: true, doc: "Only what this server has stored." })
  serverId?: number;

  @field(4, StartPoint, { oneof: "begin" })
  start?: StartPoint;

  @field(5, EventId, { oneof: "begin", doc: "What came behind this event; session 0 for all." })
  after?: EventId;

  @field(6, Policy)
  policy!: Policy;

  @field(7, "uint32", { doc: "For LATEST: sessions that are kept for it; 0 for 1." })
  queueSize!: number;

  @field(8, "uint32", {
    doc: "A heartbeat is sent when nothing else was for so long; 0 for 15,000.",
  })
  heartbeatMs!: number;

  @field(9, "string", {
    doc: "If set, events of the server say when this subscriber comes and goes.",
  })
  clientName!: string;

  @field(10, "uint64", {
    oneof: "begin",
    doc: "Of the stream, what came behind this version; 0 for all of it.",
  })
  afterVersion?: bigint;
}

@message({ doc: "The events of one session that are asked for." })
export class EventBatch {
  @field(1, repeated(Event))
  events!: Event[];

  @field(2, "uint64", {
    doc: "Sessions with such events before it that were skipped, by the policy LATEST.",
  })
  skipped!: bigint;
}

@message({
  doc:
    "Up to where everything has been sent, also what was not asked for. A subscription to the same " +
    "that begins there goes on without a gap.",
})
export class Reached {
  @field(1, EventId, { oneof: "begin", doc: "Session 0 if there is no event." })
  after?: EventId;

  @field(2, "uint64", { oneof: "begin", doc: "Of the stream that is followed." })
  afterVersion?: bigint;
}

@message({ doc: "Everything that was there has been sent: what follows happens now." })
export class CaughtUp {
  @field(1, Reached)
  reached?: Reached;
}

@message({ doc: "Nothing happens, but the subscription lives." })
export class Heartbeat {
  @field(1, Reached)
  reached?: Reached;
}

@message({ doc: "What a subscriber gets." })
export class SubscribeResponse {
  @field(1, EventBatch, { oneof: "item" })
  batch?: EventBatch;

  @field(2, CaughtUp, { oneof: "item" })
  caughtUp?: CaughtUp;

  @field(3, Heartbeat, { oneof: "item" })
  heartbeat?: Heartbeat;
}

@message({ doc: "Asks how the server is." })
export class GetStatusRequest {}

@message({ doc: "How the server is." })
export class GetStatusResponse {
  @field(1, "uint32", { doc: "Its number in the ids of events." })
  serverId!: number;

  @field(2, EventId, { doc: "The last event it has stored itself; session 0 if none." })
  lastEventId?: EventId;

  @field(3, "uint64", { doc: "Distinct event types." })
  eventTypes!: bigint;

  @field(4, "uint64", { doc: "Appends that wait to be written." })
  pendingAppends!: bigint;

  @field(5, "uint64", { doc: "Bytes that the log takes where it is kept." })
  sizeBytes!: bigint;

  @field(6, "uint64", { doc: "How often the machine's clock was behind the log's time." })
  clockSteps!: bigint;

  @field(7, "string", { doc: "Why nothing is stored any more; empty if all is well." })
  failure!: string;
}

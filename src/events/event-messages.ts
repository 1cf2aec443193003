import type { Timestamp as ProtoTimestamp } from "@bufbuild/protobuf/wkt";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";

@message({ doc: "Who stored an event, in which session, and where in it." })
export class EventId {
  @field(1, "uint32", { doc: "The server that stored it." })
  server!: number;

  @field(2, "uint64", { doc: "The session: events that were stored together. From 1." })
  session!: bigint;

  @field(3, "uint32", { doc: "Its place in the session, from 1." })
  instance!: number;
}

@message({ doc: "Bytes that the server never looks into." })
export class BinaryPayload {
  @field(1, "string", { doc: "What they are: the application decides." })
  type!: string;

  @field(2, "bytes")
  data!: Uint8Array;
}

@message({ doc: "An event's own ordered stream, and its place there." })
export class StreamVersion {
  @field(1, "string")
  key!: string;

  @field(2, "uint64", { doc: "Dense, from 1." })
  version!: bigint;
}

@message({
  doc: "An event that is to be stored.",
  oneofs: { payload: { doc: "None is allowed." } },
})
export class NewEvent {
  @field(1, repeated("string"), {
    doc: "Its type, from the general to the particular. Segments have no ?, * and /.",
  })
  type!: string[];

  @field(2, TimestampSchema, { doc: "When it happened, by the clock of whoever tells of it." })
  sourceTimestamp?: ProtoTimestamp;

  @field(3, "string", { oneof: "payload", doc: "The text of a JSON value." })
  json?: string;

  @field(4, BinaryPayload, { oneof: "payload" })
  binary?: BinaryPayload;

  @field(5, "string", { doc: "The stream it belongs to; empty if it belongs to none." })
  streamKey!: string;
}

@message({ doc: "A stored event.", oneofs: { payload: { doc: "None is allowed." } } })
export class Event {
  @field(1, EventId)
  id?: EventId;

  @field(2, repeated("string"), { doc: "Its type, from the general to the particular." })
  type!: string[];

  @field(3, TimestampSchema, {
    doc: "When it was stored, in microseconds; the same for all events of a session.",
  })
  timestamp?: ProtoTimestamp;

  @field(4, TimestampSchema, { doc: "When it happened, by the clock of whoever told of it." })
  sourceTimestamp?: ProtoTimestamp;

  @field(5, "string", { oneof: "payload", doc: "The text of a JSON value." })
  json?: string;

  @field(6, BinaryPayload, { oneof: "payload" })
  binary?: BinaryPayload;

  @field(7, StreamVersion, { doc: "Unset if it belongs to no stream." })
  stream?: StreamVersion;
}

@message({ doc: "A pattern of event types." })
export class QueryType {
  @field(1, repeated("string"), {
    doc: "? is any one segment, * at the end any number of them, others are themselves.",
  })
  segments!: string[];
}

@message({ doc: "The types that are asked for: those which one of the patterns matches." })
export class TypeFilter {
  @field(1, repeated(QueryType), { doc: "No pattern asks for nothing." })
  queryTypes!: QueryType[];
}

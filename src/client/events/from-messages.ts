import type { Timestamp as ProtoTimestamp } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type {
  AppendResponse,
  AppendStreamResponse,
  EventId as EventIdMessage,
  Event as EventMessage,
} from "../../gen/sluice/events/v1/events_pb.js";
import type { Event, EventId, Payload } from "../../log/model/event.js";
import type { Timestamp } from "../../log/model/timestamp.js";

/** What an append is answered. */
export interface Appended {
  /** What each event got, in the order of the append. */
  readonly events: readonly {
    readonly id: EventId;
    /** Its version in its stream, from 1; `undefined` if it belongs to none. */
    readonly version?: number;
  }[];
  /** When they were stored; `undefined` if there were none. */
  readonly timestamp?: Timestamp;
  /** They were stored before, by an append with the same key. */
  readonly replayed: boolean;
}

export function appendedOf({
  events,
  timestamp,
  replayed,
}: AppendResponse | AppendStreamResponse): Appended {
  return {
    events: events.map(({ id, version }) => ({
      id: eventIdOf(id),
      version: version === 0n ? undefined : Number(version),
    })),
    timestamp: timestamp && timestampOf(timestamp),
    replayed,
  };
}

/** An event as it is in process. */
export function eventOf(message: EventMessage): Event {
  const { id, type, timestamp, sourceTimestamp, stream } = message;
  return {
    id: eventIdOf(id),
    type,
    timestamp: timestampOf(timestamp),
    sourceTimestamp: sourceTimestamp && timestampOf(sourceTimestamp),
    payload: payloadOf(message),
    stream: stream && { key: stream.key, version: Number(stream.version) },
  };
}

export function eventIdOf(id: EventIdMessage | undefined): EventId {
  return {
    server: id?.server ?? 0,
    session: Number(id?.session ?? 0n),
    instance: id?.instance ?? 0,
  };
}

function timestampOf(timestamp: ProtoTimestamp | undefined): Timestamp {
  return {
    seconds: timestamp?.seconds ?? 0n,
    micros: Math.floor((timestamp?.nanos ?? 0) / 1_000),
  };
}

function payloadOf({ payload }: EventMessage): Payload | undefined {
  switch (payload.case) {
    case "json":
      return { json: jsonOf(payload.value) };
    case "binary":
      return { binary: { type: payload.value.type, data: payload.value.data } };
    default:
      return undefined;
  }
}

function jsonOf(text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const description = "the payload of an event is not the text of a JSON value";
    throw new ConnectError(description, Code.DataLoss, undefined, undefined, error);
  }
}

import { create } from "@bufbuild/protobuf";
import { type Timestamp as ProtoTimestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { AppendResult } from "../log/append/append-request.js";
import type { Event as LogEvent, EventId as LogEventId } from "../log/model/event.js";
import type { Timestamp } from "../log/model/timestamp.js";
import type { StoredEvent } from "../log/stored-event.js";
import type { AppendResponse } from "./append-messages.js";
import type { Event, EventId } from "./event-messages.js";

export function timestampMessage({ seconds, micros }: Timestamp): ProtoTimestamp {
  return create(TimestampSchema, { seconds, nanos: micros * 1_000 });
}

export function eventIdMessage({ server, session, instance }: LogEventId): EventId {
  return { server, session: BigInt(session), instance };
}

/** Events of a log; their JSON stays the text it is. */
export function eventMessages(events: readonly LogEvent[]): Event[] {
  return (events as readonly StoredEvent[]).map(eventMessage);
}

function eventMessage(event: StoredEvent): Event {
  const { id, type, timestamp, sourceTimestamp, stream, binaryType, data } = event;
  return {
    id: eventIdMessage(id),
    type: type as string[],
    timestamp: timestampMessage(timestamp),
    sourceTimestamp: sourceTimestamp && timestampMessage(sourceTimestamp),
    json: event.jsonText,
    binary:
      binaryType === undefined ? undefined : { type: binaryType, data: plain(data as Uint8Array) },
    stream: stream && { key: stream.key, version: BigInt(stream.version) },
  };
}

export function appendMessage({ events, replayed }: AppendResult): AppendResponse {
  const [first] = events;
  return {
    events: events.map(({ id, stream }) => ({
      id: eventIdMessage(id),
      version: BigInt(stream?.version ?? 0),
    })),
    timestamp: first && timestampMessage(first.timestamp),
    replayed,
  };
}

/** Bytes that are no Buffer: those have methods of their own. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

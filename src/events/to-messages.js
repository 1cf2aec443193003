import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
export function timestampMessage({ seconds, micros }) {
    return create(TimestampSchema, { seconds, nanos: micros * 1_000 });
}
export function eventIdMessage({ server, session, instance }) {
    return { server, session: BigInt(session), instance };
}
/** Events of a log; their JSON stays the text it is. */
export function eventMessages(events) {
    return events.map(eventMessage);
}
function eventMessage(event) {
    const { id, type, timestamp, sourceTimestamp, stream, binaryType, data } = event;
    return {
        id: eventIdMessage(id),
        type: type,
        timestamp: timestampMessage(timestamp),
        sourceTimestamp: sourceTimestamp && timestampMessage(sourceTimestamp),
        json: event.jsonText,
        binary: binaryType === undefined ? undefined : { type: binaryType, data: plain(data) },
        stream: stream && { key: stream.key, version: BigInt(stream.version) },
    };
}
export function appendMessage({ events, replayed }) {
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
function plain(bytes) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

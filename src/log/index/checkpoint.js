import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
const writer = new ByteWriter();
export function encodeCheckpoint(checkpoint) {
    try {
        for (const [server, { session, instance, time, position }] of checkpoint) {
            writer.uint32(server);
            writer.double(session);
            writer.uint32(instance);
            writer.double(time.seconds);
            writer.uint32(time.micros);
            writer.double(position);
        }
        return writer.finish();
    }
    finally {
        writer.reset();
    }
}
export function decodeCheckpoint(bytes) {
    const reader = new ByteReader(bytes, false);
    const checkpoint = new Map();
    while (reader.at < bytes.length) {
        const server = reader.uint32();
        const session = reader.double();
        const instance = reader.uint32();
        const time = { seconds: reader.double(), micros: reader.uint32() };
        checkpoint.set(server, { session, instance, time, position: reader.double() });
    }
    return checkpoint;
}
/** Whether the index has an event. */
export function isIndexed(checkpoint, server, session, instance) {
    const end = checkpoint.get(server);
    if (end === undefined || session > end.session)
        return false;
    return session < end.session || instance <= end.instance;
}

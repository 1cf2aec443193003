import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
/** Server and instance as varints, the session as a double: too few to be clever about. */
const writer = new ByteWriter();
/** Where consecutive versions of a stream are, as bytes; the first version stands in the key. */
export function encodeVersions(refs) {
    try {
        for (const { server, session, instance } of refs) {
            writer.uint32(server);
            writer.double(session);
            writer.uint32(instance);
        }
        return writer.finish();
    }
    finally {
        writer.reset();
    }
}
export function decodeVersions(bytes) {
    const reader = new ByteReader(bytes, false);
    const refs = [];
    while (reader.at < bytes.length) {
        refs.push({ server: reader.uint32(), session: reader.double(), instance: reader.uint32() });
    }
    return refs;
}
/** How many versions a block has. */
export function versionsOf(bytes) {
    return decodeVersions(bytes).length;
}

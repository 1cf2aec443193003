import { createHash } from "node:crypto";
import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
const writer = new ByteWriter();
export function encodeAnswer(answer) {
    try {
        writer.string(answer.fingerprint);
        writer.uint32(answer.server);
        writer.double(answer.session);
        writer.double(answer.time.seconds);
        writer.uint32(answer.time.micros);
        for (const version of answer.versions)
            writer.double(version);
        return writer.finish();
    }
    finally {
        writer.reset();
    }
}
export function decodeAnswer(bytes) {
    const reader = new ByteReader(bytes, false);
    const fingerprint = reader.string();
    const server = reader.uint32();
    const session = reader.double();
    const time = { seconds: reader.double(), micros: reader.uint32() };
    const versions = [];
    while (reader.at < bytes.length)
        versions.push(reader.double());
    return { fingerprint, server, session, time, versions };
}
/** Half of a SHA-256 of everything that is appended. */
export function fingerprintOf(events) {
    const hash = createHash("sha256");
    for (const { type, sourceTimestamp, streamKey, binaryType, data } of events) {
        const bytes = data === undefined ? -1 : Buffer.byteLength(data);
        const time = sourceTimestamp && [Number(sourceTimestamp.seconds), sourceTimestamp.micros];
        hash.update(JSON.stringify([type, time, streamKey, binaryType, bytes]));
        if (data !== undefined)
            hash.update(data);
    }
    return hash.digest("base64").slice(0, 22);
}

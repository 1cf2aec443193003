import { crc32 } from "node:zlib";
import { ByteReader } from "../codec/byte-reader.js";
import { ByteWriter } from "../codec/byte-writer.js";
import { SluiceError } from "../errors.js";
import { timestampOf } from "./moment.js";
import { StoredEvent } from "./stored-event.js";
import { asBuffer } from "./tables.js";
/**
 * How the events of one session, or those of them that came together, lie in storage:
 *
 * ```
 * record  version: byte = 1 · crc32 of the rest: 4 bytes
 *         position: double · time: moment · answered: byte
 *         [idempotency key: text, answer: bytes] · count: varint · event …
 * event   flags: byte · length of the rest: varint · type: varint
 *         [instance: varint] [time: moment] [source time: moment]
 *         [stream key: text, version: double] [type of the payload: text] [payload: bytes]
 * moment  seconds: double · microseconds: varint
 * ```
 *
 * Numbers are little-endian, texts UTF-8 after their length. An instance is one more than the one
 * before and an event has the time of its record, unless flagged otherwise.
 */
const version = 1;
const hasInstance = 1;
const hasTime = 2;
const hasSourceTime = 4;
const hasStream = 8;
const isJson = 16;
const isBinary = 32;
const isReleased = 64;
/** Bytes before what the checksum covers. */
const headBytes = 5;
const writer = new ByteWriter();
/**
 * @param timestamp of the session; events that have another one say so.
 * @param events in the order of their instances.
 */
export function encodeRecord(position, timestamp, firstInstance, events, answer) {
    try {
        writer.tag(version);
        writer.fixed32(0);
        writer.double(position);
        writeMoment(timestamp);
        writer.bool(answer !== undefined);
        if (answer !== undefined) {
            writer.string(answer.key);
            writer.bytes(answer.value);
        }
        writer.uint32(events.length);
        let expected = firstInstance;
        for (const event of events) {
            writeEvent(event, expected, timestamp);
            expected = event.id.instance + 1;
        }
        const record = writer.finish();
        record.writeUInt32LE(crc32(record.subarray(headBytes)), 1);
        return record;
    }
    finally {
        writer.reset();
    }
}
function writeEvent(event, expected, sessionTime) {
    const { typeNumber, timestamp, sourceTimestamp, stream, binaryType, data } = event;
    const { instance } = event.id;
    const ownTime = timestamp !== sessionTime;
    const start = writer.open((instance === expected ? 0 : hasInstance) |
        (ownTime ? hasTime : 0) |
        (sourceTimestamp === undefined ? 0 : hasSourceTime) |
        (stream === undefined ? 0 : hasStream) |
        (data === undefined ? 0 : binaryType === undefined ? isJson : isBinary) |
        (event.isReleased ? isReleased : 0));
    writer.uint32(typeNumber);
    if (instance !== expected)
        writer.uint32(instance);
    if (ownTime)
        writeMoment(timestamp);
    if (sourceTimestamp !== undefined)
        writeMoment(sourceTimestamp);
    if (stream !== undefined) {
        writer.string(stream.key);
        writer.double(stream.version);
    }
    if (data !== undefined) {
        if (binaryType !== undefined)
            writer.string(binaryType);
        if (typeof data === "string")
            writer.string(data);
        else
            writer.bytes(data);
    }
    writer.close(start);
}
function writeMoment({ seconds, micros }) {
    writer.double(Number(seconds));
    writer.uint32(micros);
}
/** @throws SluiceError `storage_damaged` when the bytes are not what was written. */
export function decodeRecord(bytes, [server, session, firstInstance], typeOf, wanted) {
    checkRecord(bytes, server, session);
    const reader = new ByteReader(bytes, false);
    reader.at = headBytes;
    const position = reader.double();
    const timestamp = timestampOf(readMoment(reader));
    const answer = reader.bool() ? { key: readText(reader), value: readBytes(reader) } : undefined;
    const events = [];
    let next = firstInstance;
    for (let left = reader.uint32(); left > 0; left--) {
        const flags = reader.tag();
        const end = reader.end();
        const typeNumber = reader.uint32();
        const instance = flags & hasInstance ? reader.uint32() : next;
        next = instance + 1;
        if (wanted === undefined || wanted(typeNumber, instance)) {
            const ownTimestamp = flags & hasTime ? timestampOf(readMoment(reader)) : timestamp;
            const sourceTimestamp = flags & hasSourceTime ? timestampOf(readMoment(reader)) : undefined;
            const stream = flags & hasStream ? { key: readText(reader), version: reader.double() } : undefined;
            const binaryType = flags & isBinary ? readText(reader) : undefined;
            const data = flags & (isJson | isBinary) ? readBytes(reader) : undefined;
            events.push(new StoredEvent({ server, session, instance }, typeNumber, typeOf(typeNumber), ownTimestamp, sourceTimestamp, stream, binaryType, data, (flags & isReleased) !== 0));
        }
        reader.at = end;
    }
    const lastInstance = next - 1;
    return { server, session, firstInstance, lastInstance, position, timestamp, answer, events };
}
/** The position and the time of a record, without its events. */
export function decodeHead(bytes, server, session) {
    checkVersion(bytes, server, session);
    const reader = new ByteReader(bytes, false);
    reader.at = headBytes;
    const position = reader.double();
    return { position, time: readMoment(reader) };
}
function checkRecord(bytes, server, session) {
    checkVersion(bytes, server, session);
    const stored = asBuffer(bytes).readUInt32LE(1);
    if (crc32(bytes.subarray(headBytes)) !== stored) {
        throw damaged(server, session, "its checksum is wrong");
    }
}
function checkVersion(bytes, server, session) {
    if (bytes.length <= headBytes)
        throw damaged(server, session, "it is cut off");
    if (bytes[0] !== version)
        throw damaged(server, session, `its format is ${bytes[0]}, not 1`);
}
function damaged(server, session, what) {
    return new SluiceError("storage_damaged", `The record of session ${server}:${session} is damaged: ${what}. Restore a backup, or import ` +
        "the session again from a peer; `sluice events verify` lists all that is damaged.");
}
function readMoment(reader) {
    const seconds = reader.double();
    return { seconds, micros: reader.uint32() };
}
function readText(reader) {
    return asBuffer(readBytes(reader)).toString("utf8");
}
/** In place: whoever keeps an event keeps its record. */
function readBytes(reader) {
    const end = reader.end();
    const bytes = reader.bytes.subarray(reader.at, end);
    reader.at = end;
    return bytes;
}

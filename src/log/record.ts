import { crc32 } from "node:zlib";
import { ByteReader } from "../codec/byte-reader.js";
import { ByteWriter } from "../codec/byte-writer.js";
import { SluiceError } from "../errors.js";
import type { EventType } from "./model/event.js";
import type { Timestamp } from "./model/timestamp.js";
import { type Moment, timestampOf } from "./moment.js";
import { shortCrc } from "./short-crc.js";
import { StoredEvent } from "./stored-event.js";
import { asBuffer } from "./tables.js";

/**
 * How the events of one session, or those of them that came together, lie in storage:
 *
 * ```
 * record  version: byte = 1 · crc32 of its key and the rest: 4 bytes
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

/** A record, read. */
export interface SessionRecord {
  readonly server: number;
  readonly session: number;
  /** Of all its events, also of those that were not wanted. */
  readonly firstInstance: number;
  readonly lastInstance: number;
  /** The place of the record in the order of arrival, from 1. */
  readonly position: number;
  /** Of the session: the very object that its events have, but for those with times of their own. */
  readonly timestamp: Timestamp;
  readonly answer: RecordedAnswer | undefined;
  readonly events: readonly StoredEvent[];
}

/** What an append with an idempotency key was answered; see `append/answer.ts`. */
export interface RecordedAnswer {
  readonly key: string;
  readonly value: Uint8Array;
}

const writer = new ByteWriter();

/**
 * @param timestamp of the session; events that have another one say so.
 * @param events in the order of their instances; there is one at least.
 */
export function encodeRecord(
  position: number,
  timestamp: Timestamp,
  firstInstance: number,
  events: readonly StoredEvent[],
  answer?: RecordedAnswer,
): Buffer {
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
    const record = writer.finish() as Buffer;
    const { server, session } = events[0]!.id;
    record.writeUInt32LE(checksum(record, server, session, firstInstance), 1);
    return record;
  } finally {
    writer.reset();
  }
}

function writeEvent(event: StoredEvent, expected: number, sessionTime: Timestamp): void {
  const { typeNumber, timestamp, sourceTimestamp, stream, binaryType, data } = event;
  const { instance } = event.id;
  const ownTime = timestamp !== sessionTime;
  const start = writer.open(
    (instance === expected ? 0 : hasInstance) |
      (ownTime ? hasTime : 0) |
      (sourceTimestamp === undefined ? 0 : hasSourceTime) |
      (stream === undefined ? 0 : hasStream) |
      (data === undefined ? 0 : binaryType === undefined ? isJson : isBinary) |
      (event.isReleased ? isReleased : 0),
  );
  writer.uint32(typeNumber);
  if (instance !== expected) writer.uint32(instance);
  if (ownTime) writeMoment(timestamp);
  if (sourceTimestamp !== undefined) writeMoment(sourceTimestamp);
  if (stream !== undefined) {
    writer.string(stream.key);
    writer.double(stream.version);
  }
  if (data !== undefined) {
    if (binaryType !== undefined) writer.string(binaryType);
    if (typeof data === "string") writer.string(data);
    else writer.bytes(data);
  }
  writer.close(start);
}

function writeMoment({ seconds, micros }: Timestamp): void {
  writer.double(Number(seconds));
  writer.uint32(micros);
}

/** Which events of a record are wanted; the others are passed over. */
export type Wanted = (typeNumber: number, instance: number) => boolean;

/** The server, the session and the first instance of a record: its key. */
type RecordKey = readonly [number, number, number];

/** @throws SluiceError `storage_damaged` when the bytes are not what was written. */
export function decodeRecord(
  bytes: Uint8Array,
  key: RecordKey,
  typeOf: (typeNumber: number) => EventType,
  wanted?: Wanted,
): SessionRecord {
  const problem = recordProblem(bytes, key);
  if (problem !== undefined) throw damaged(key[0], key[1], problem);
  return readRecord(bytes, key, typeOf, wanted);
}

/** Says what keeps bytes from being the record that was written, if anything does. */
export function recordProblem(
  bytes: Uint8Array,
  [server, session, firstInstance]: RecordKey,
): string | undefined {
  const problem = headProblem(bytes);
  if (problem !== undefined) return problem;
  const isRight =
    checksum(bytes, server, session, firstInstance) === asBuffer(bytes).readUInt32LE(1);
  return isRight ? undefined : "its checksum is wrong";
}

/** Reads a record with which there is no problem. */
export function readRecord(
  bytes: Uint8Array,
  [server, session, firstInstance]: RecordKey,
  typeOf: (typeNumber: number) => EventType,
  wanted?: Wanted,
): SessionRecord {
  const reader = new ByteReader(bytes, false);
  reader.at = headBytes;
  const position = reader.double();
  const timestamp = timestampOf(readMoment(reader));
  const answer = reader.bool() ? { key: readText(reader), value: readBytes(reader) } : undefined;
  const events: StoredEvent[] = [];
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
      const stream =
        flags & hasStream ? { key: readText(reader), version: reader.double() } : undefined;
      const binaryType = flags & isBinary ? readText(reader) : undefined;
      const data = flags & (isJson | isBinary) ? readBytes(reader) : undefined;
      events.push(
        new StoredEvent(
          { server, session, instance },
          typeNumber,
          typeOf(typeNumber),
          ownTimestamp,
          sourceTimestamp,
          stream,
          binaryType,
          data,
          (flags & isReleased) !== 0,
        ),
      );
    }
    reader.at = end;
  }
  const lastInstance = next - 1;
  return { server, session, firstInstance, lastInstance, position, timestamp, answer, events };
}

/** The position and the time of a record, without its events. */
export function decodeHead(
  bytes: Uint8Array,
  server: number,
  session: number,
): { position: number; time: Moment } {
  const problem = headProblem(bytes);
  if (problem !== undefined) throw damaged(server, session, problem);
  const reader = new ByteReader(bytes, false);
  reader.at = headBytes;
  try {
    const position = reader.double();
    return { position, time: readMoment(reader) };
  } catch {
    // It ends before, or in the middle of a number.
    throw damaged(server, session, "it is cut off");
  }
}

const keyBytes = Buffer.alloc(14);

/** With the key: a record that lies elsewhere would be another session. */
function checksum(
  bytes: Uint8Array,
  server: number,
  session: number,
  firstInstance: number,
): number {
  keyBytes.writeUInt32BE(server, 0);
  keyBytes.writeUIntBE(session, 4, 6);
  keyBytes.writeUInt32BE(firstInstance, 10);
  return crc32(bytes.subarray(headBytes), shortCrc(keyBytes));
}

function headProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length <= headBytes) return "it is cut off";
  return bytes[0] === version ? undefined : `its format is ${bytes[0]}, not ${version}`;
}

function damaged(server: number, session: number, what: string): SluiceError {
  return new SluiceError(
    "storage_damaged",
    `The record of session ${server}:${session} is damaged: ${what}. Restore a backup, or import all ` +
      "of a peer into a new log; `sluice events verify` lists all that is damaged.",
  );
}

function readMoment(reader: ByteReader): Moment {
  const seconds = reader.double();
  return { seconds, micros: reader.uint32() };
}

function readText(reader: ByteReader): string {
  return asBuffer(readBytes(reader)).toString("utf8");
}

/** In place: whoever keeps an event keeps its record. */
function readBytes(reader: ByteReader): Uint8Array {
  const end = reader.end();
  const bytes = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return bytes;
}

import { crc32 } from "node:zlib";
import type { Pending } from "../commit-queue.js";
import type { Change } from "../storage.js";

/**
 * A record of a write-ahead segment holds what is committed together. Numbers are little-endian:
 *
 *     salt u32 | payload bytes u32 | sequence number u64 | CRC-32 of what is before and after u32 | 0 u32
 *     then for each change: table u16 | key bytes u16 | value bytes u32, or `removed` | key | value
 *
 * and zeros up to a multiple of 8 bytes. The salt is the segment's own and no user can know it, so
 * neither what a segment held in an earlier life nor a user's value passes for a record.
 */
const headerBytes = 24;
const changeHeaderBytes = 8;
const removed = 0xffff_ffff;

/** A record as it is found. */
export interface FoundRecord {
  readonly sequence: number;
  readonly payload: Buffer;
  /** Where it is in its segment. */
  readonly at: number;
}

/** What a record of all these takes. */
export function recordBytes(group: readonly Pending[]): number {
  let bytes = headerBytes;
  for (const pending of group) bytes += changeHeaderBytes * pending.changes.length + pending.bytes;
  return align(bytes);
}

/** Puts a record at the start of `target`, which is large enough. */
export function encodeRecord(
  target: Buffer,
  group: readonly Pending[],
  salt: number,
  sequence: number,
): void {
  let at = headerBytes;
  for (const { changes } of group) for (const change of changes) at = encode(target, at, change);
  target.fill(0, at, align(at));
  target.writeUInt32LE(salt, 0);
  target.writeUInt32LE(at - headerBytes, 4);
  target.writeBigUInt64LE(BigInt(sequence), 8);
  target.writeUInt32LE(checksum(target, at), 16);
  target.writeUInt32LE(0, 20);
}

/**
 * All records of a segment that are whole. What is between them and after them may be anything; it
 * is looked through to its end, as a later record tells that an earlier one was whole once.
 */
export function* findRecords(segment: Buffer, start: number, salt: number): Generator<FoundRecord> {
  let at = start;
  while (at + headerBytes <= segment.length) {
    const record =
      segment.readUInt32LE(at) === salt ? recordIn(segment.subarray(at), at) : undefined;
    if (record !== undefined) yield record;
    at += align(record === undefined ? 1 : headerBytes + record.payload.length);
  }
}

/** What a record changes, in order. */
export function decodeChanges(payload: Buffer): Change[] {
  const changes: Change[] = [];
  for (let at = 0; at < payload.length; ) {
    const keyAt = at + changeHeaderBytes;
    const valueAt = keyAt + payload.readUInt16LE(at + 2);
    const length = payload.readUInt32LE(at + 4);
    const end = valueAt + (length === removed ? 0 : length);
    changes.push({
      table: payload.readUInt16LE(at),
      key: payload.subarray(keyAt, valueAt),
      value: length === removed ? undefined : payload.subarray(valueAt, end),
    });
    at = end;
  }
  return changes;
}

function encode(target: Buffer, at: number, { table, key, value }: Change): number {
  target.writeUInt16LE(table, at);
  target.writeUInt16LE(key.length, at + 2);
  target.writeUInt32LE(value?.length ?? removed, at + 4);
  target.set(key, at + changeHeaderBytes);
  const valueAt = at + changeHeaderBytes + key.length;
  if (value === undefined) return valueAt;
  target.set(value, valueAt);
  return valueAt + value.length;
}

function recordIn(bytes: Buffer, at: number): FoundRecord | undefined {
  const end = headerBytes + bytes.readUInt32LE(4);
  if (end > bytes.length || checksum(bytes, end) !== bytes.readUInt32LE(16)) return undefined;
  const sequence = Number(bytes.readBigUInt64LE(8));
  return { sequence, payload: bytes.subarray(headerBytes, end), at };
}

function checksum(bytes: Buffer, end: number): number {
  return crc32(bytes.subarray(headerBytes, end), crc32(bytes.subarray(0, 16)));
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

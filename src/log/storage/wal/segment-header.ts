import { crc32 } from "node:zlib";

/** Records begin there: no write of a record touches the page of the header. */
export const segmentStart = 4_096;

/** What the first bytes of a segment say; they are durable before it is used. */
export interface SegmentHeader {
  /** Each use of a segment has another one, never 0. */
  readonly salt: number;
  /** How many tables the log had. */
  readonly tables: number;
  /** Of the whole file. */
  readonly bytes: number;
}

const magic = Buffer.from("sluicewal\0\0\x01", "latin1");
const headerBytes = magic.length + 20;

/** `magic and format | salt u32 | tables u32 | bytes u64 | CRC-32 u32`, little-endian. */
export function encodeSegmentHeader({ salt, tables, bytes }: SegmentHeader): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.set(magic);
  header.writeUInt32LE(salt, 12);
  header.writeUInt32LE(tables, 16);
  header.writeBigUInt64LE(BigInt(bytes), 20);
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28);
  return header;
}

/** The header of a segment; `undefined` if it is damaged, or the file was cut. */
export function decodeSegmentHeader(segment: Buffer): SegmentHeader | undefined {
  if (segment.length < segmentStart || !segment.subarray(0, 12).equals(magic)) return undefined;
  if (crc32(segment.subarray(0, 28)) !== segment.readUInt32LE(28)) return undefined;
  const bytes = Number(segment.readBigUInt64LE(20));
  if (bytes !== segment.length) return undefined;
  return { salt: segment.readUInt32LE(12), tables: segment.readUInt32LE(16), bytes };
}

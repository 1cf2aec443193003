import { crc32 } from "node:zlib";
import { asBuffer } from "./tables.js";

const checksumBytes = 4;

/**
 * A value with a CRC-32 in front, of its key and itself: for what nothing else in a log says once
 * more, and for what must not be taken for something else.
 */
export function sealed(key: Uint8Array, value: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(checksumBytes + value.length);
  result.writeUInt32LE(crc32(value, crc32(key)), 0);
  result.set(value, checksumBytes);
  return result;
}

/** The value that was sealed under this key; `undefined` if what is stored is not what was written. */
export function unsealed(key: Uint8Array, stored: Uint8Array): Buffer | undefined {
  if (stored.length < checksumBytes) return undefined;
  const value = asBuffer(stored.subarray(checksumBytes));
  return crc32(value, crc32(key)) === asBuffer(stored).readUInt32LE(0) ? value : undefined;
}

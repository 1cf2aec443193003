import { SluiceError } from "../../errors.js";
import { isTimestamp, minTimestamp, type Timestamp } from "./timestamp.js";

/** The length of a timestamp's binary form. */
export const timestampByteLength = 12;

/**
 * The timestamp as 12 bytes whose order is that of time: the seconds plus 2^63, then the
 * microseconds, both unsigned and big-endian.
 *
 * @throws SluiceError `timestamp_invalid`: a part is out of range.
 */
export function timestampToBytes(timestamp: Timestamp): Uint8Array {
  if (!isTimestamp(timestamp)) throw invalid("a part is out of range");
  const bytes = new Uint8Array(timestampByteLength);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, timestamp.seconds - minTimestamp.seconds);
  view.setUint32(8, timestamp.micros);
  return bytes;
}

/**
 * The timestamp that `timestampToBytes()` made these bytes of.
 *
 * @throws SluiceError `timestamp_invalid`: not 12 bytes, or more than 999,999 microseconds.
 */
export function timestampFromBytes(bytes: Uint8Array): Timestamp {
  if (bytes.length !== timestampByteLength) throw invalid(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const micros = view.getUint32(8);
  if (micros > 999_999) throw invalid(`${micros} microseconds`);
  return { seconds: view.getBigUint64(0) + minTimestamp.seconds, micros };
}

function invalid(what: string): SluiceError {
  return new SluiceError(
    "timestamp_invalid",
    `A timestamp has ${timestampByteLength} bytes and less than 1,000,000 microseconds: ${what}`,
  );
}

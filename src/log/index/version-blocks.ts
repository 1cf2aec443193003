import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
import type { EventRef } from "./tail.js";

/** Server and instance as varints, the session as a double: too few to be clever about. */
const writer = new ByteWriter();

/**
 * Where consecutive versions of a stream are, as bytes; the first version stands in the key.
 *
 * @param refs session, instance, session, instance, and so on.
 * @param from the first index of those that are wanted, and `to` the one behind the last.
 */
export function encodeVersions(
  server: number,
  refs: readonly number[],
  from = 0,
  to = refs.length,
): Uint8Array {
  try {
    for (let i = from; i < to; i += 2) {
      writer.uint32(server);
      writer.double(refs[i]!);
      writer.uint32(refs[i + 1]!);
    }
    return writer.finish();
  } finally {
    writer.reset();
  }
}

export function decodeVersions(bytes: Uint8Array): EventRef[] {
  const reader = new ByteReader(bytes, false);
  const refs: EventRef[] = [];
  while (reader.at < bytes.length) {
    refs.push({ server: reader.uint32(), session: reader.double(), instance: reader.uint32() });
  }
  return refs;
}

/** How many versions a block has. */
export function versionsOf(bytes: Uint8Array): number {
  return decodeVersions(bytes).length;
}

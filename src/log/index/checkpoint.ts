import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
import { sealed, unsealed } from "../sealed.js";
import type { ServerEnd } from "./tail.js";

/** Where the checkpoint is, in the table `meta`. */
export const checkpointKey = Buffer.from("checkpoint");

const writer = new ByteWriter();

/** Up to where the index reaches, for each server; also what keeps ids from being used again. */
export type Checkpoint = ReadonlyMap<number, ServerEnd>;

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  try {
    for (const [server, { session, instance, time, position }] of checkpoint) {
      writer.uint32(server);
      writer.double(session);
      writer.uint32(instance);
      writer.double(time.seconds);
      writer.uint32(time.micros);
      writer.double(position);
    }
    return sealed(checkpointKey, writer.finish());
  } finally {
    writer.reset();
  }
}

/** The checkpoint that was written; `undefined` if this is another one, or none. */
export function decodeCheckpoint(stored: Uint8Array): Checkpoint | undefined {
  const bytes = unsealed(checkpointKey, stored);
  if (bytes === undefined) return undefined;
  const reader = new ByteReader(bytes, false);
  const checkpoint = new Map<number, ServerEnd>();
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
export function isIndexed(
  checkpoint: Checkpoint,
  server: number,
  session: number,
  instance: number,
): boolean {
  const end = checkpoint.get(server);
  if (end === undefined || session > end.session) return false;
  return session < end.session || instance <= end.instance;
}

import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";

/**
 * Events of one server, ascending: session, instance, session, instance, and so on. Flat, because
 * there is one for every event that the index does not have yet.
 */
export type Refs = readonly number[];

/** Sessions further apart than this are in blocks of their own: a difference is a 32-bit number. */
const maxBlockSpan = 2 ** 31;
/** Events of one block, at most, as far as sessions are not torn apart for it. */
const maxBlockEvents = 1_024;

const writer = new ByteWriter();

/** A part of some refs, by indexes. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** Cuts refs where blocks have to end. */
export function* blocksOf(refs: Refs): Iterable<Block> {
  let from = 0;
  for (let i = 2; i < refs.length; i += 2) {
    const difference = refs[i]! - refs[i - 2]!;
    const isFull = difference > 0 && i - from >= 2 * maxBlockEvents;
    if (difference < maxBlockSpan && !isFull) continue;
    yield { from, to: i };
    from = i;
  }
  yield { from, to: refs.length };
}

/**
 * A block as bytes: for each session its difference to the one before, the number of runs of
 * instances, and each run's distance and length, as varints. One event of each of many sessions
 * takes 4 bytes; a thousand events of one session do as well.
 */
export function encodeBlock(refs: Refs, { from, to }: Block): Uint8Array {
  try {
    let before = refs[from]!;
    for (let i = from; i < to; ) {
      const session = refs[i]!;
      let end = i;
      while (end < to && refs[end] === session) end += 2;
      writer.uint32(session - before);
      before = session;
      writeRuns(refs, i, end);
      i = end;
    }
    return writer.finish();
  } finally {
    writer.reset();
  }
}

/**
 * @param firstSession of the block; it stands in its key.
 * @param maxEvents that it may have: one that is damaged may say anything.
 * @throws Error when it has more, or ends in the middle of a number.
 */
export function decodeBlock(
  bytes: Uint8Array,
  firstSession: number,
  maxEvents = Number.POSITIVE_INFINITY,
): number[] {
  const reader = new ByteReader(bytes, false);
  const refs: number[] = [];
  let session = firstSession;
  while (reader.at < bytes.length) {
    session += reader.uint32();
    let end = 0;
    for (let runs = reader.uint32(); runs > 0; runs--) {
      const start = end + reader.uint32();
      end = start + reader.uint32();
      if (refs.length / 2 + end - start > maxEvents) throw new Error("too many events in a block");
      for (let instance = start; instance < end; instance++) refs.push(session, instance);
    }
  }
  return refs;
}

function writeRuns(refs: Refs, from: number, to: number): void {
  let runs = 1;
  for (let i = from + 3; i < to; i += 2) {
    if (refs[i] !== refs[i - 2]! + 1) runs++;
  }
  writer.uint32(runs);
  let end = 0;
  for (let i = from + 1; i < to; ) {
    const start = refs[i]!;
    let length = 1;
    while (i + 2 * length < to && refs[i + 2 * length] === start + length) length++;
    writer.uint32(start - end);
    writer.uint32(length);
    end = start + length;
    i += 2 * length;
  }
}

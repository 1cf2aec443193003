import type { Change } from "../storage/storage.js";
import {
  answerKey,
  answerOrderKey,
  anyType,
  sourceKey,
  streamVersionKey,
  tables,
  typeBlockKey,
} from "../tables.js";
import { blocksOf, encodeBlock } from "./ref-blocks.js";
import type { Tail } from "./tail.js";
import { runsUpTo } from "./tail-run.js";
import { encodeVersions } from "./version-blocks.js";

/** Versions of a stream in one block, at most. */
const maxBlockVersions = 256;

const nothing = new Uint8Array();

/** What has to be written for the index to have a tail. */
export function* indexChanges(tail: Tail): Iterable<Change> {
  for (const [server, types] of tail.byType) {
    for (const [type, refs] of types) {
      for (const block of blocksOf(refs)) {
        const key = typeBlockKey(type, server, refs[block.from]!, refs[block.from + 1]!);
        yield { table: tables.byType, key, value: encodeBlock(refs, block) };
      }
    }
  }
  // Each twice: under its type, and under all types together.
  for (const ref of tail.bySource) {
    const { type, time } = ref;
    yield { table: tables.bySource, key: sourceKey(type, time, ref), value: nothing };
    yield { table: tables.bySource, key: sourceKey(anyType, time, ref), value: nothing };
  }
  for (const [streamKey, newest] of tail.streams) {
    for (const { first, server, refs } of runsUpTo(newest)) {
      for (let from = 0; from < refs.length; from += 2 * maxBlockVersions) {
        const to = Math.min(refs.length, from + 2 * maxBlockVersions);
        const key = streamVersionKey(streamKey, first + from / 2);
        yield { table: tables.streams, key, value: encodeVersions(server, refs, from, to) };
      }
    }
  }
  for (const [key, { position, value }] of tail.answers) {
    yield { table: tables.answers, key: answerKey(key), value };
    yield { table: tables.answerOrder, key: answerOrderKey(position), value: answerKey(key) };
  }
}

import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printProto } from "../../src/schema/print/print-proto.js";
import type { DetachedPlaces } from "../support/arbitrary-comments.js";
import { descriptorSets } from "../support/arbitrary-descriptors.js";
import { buildWithBuf, formatDiff } from "../support/buf.js";
import { comparable, comparableComments } from "../support/compare-descriptors.js";

/** Sets of files per call of buf, which costs a quarter of a second however little it gets. */
const batchSize = 50;
const runs = Number(process.env.FC_RUNS ?? 600);
const timeout = 60_000 + 100 * runs;
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);

interface Outcome {
  readonly file: FileDescriptorProto;
  readonly built: FileDescriptorProto;
  readonly text: string;
}

/** Prints batches of random sets, compiles them with buf, and checks every file. */
async function checkAll(detached: DetachedPlaces, share: number, check: (o: Outcome) => void) {
  const roots = Array.from({ length: batchSize }, (_, i) => `m${i}`);
  const batches = fc
    .tuple(...roots.map((root) => descriptorSets(root, detached)))
    // The text of the file at fault comes with the failure; 50 sets of descriptors help nobody.
    .map((batch) => Object.assign(batch, { [fc.toStringMethod]: () => `${batch.length} sets` }));
  const property = fc.asyncProperty(batches, async (batch) => {
    const texts: Record<string, string> = {};
    for (const set of batch) {
      for (const file of set) texts[file.name] = printProto(file, set);
    }
    const [built, diff] = await Promise.all([buildWithBuf(texts), formatDiff(texts)]);
    expect(diff).toBe("");
    const byName = new Map(built.file.map((file) => [file.name, file]));
    for (const file of batch.flat()) {
      const text = texts[file.name] as string;
      check({ file, text, built: byName.get(file.name) as FileDescriptorProto });
    }
  });
  // No shrinking: it would call buf hundreds of times. The failure shows the file at fault instead.
  const numRuns = Math.ceil((runs * share) / batchSize);
  await fc.assert(property, { numRuns, seed, endOnFailure: true });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

describe("printed descriptors, compiled again", () => {
  it("are the same, with the same comments", { timeout }, () =>
    checkAll("top-level", 0.7, ({ file, built, text }) => {
      expect(comparable(built), text).toEqual(comparable(file));
      expect(comparableComments(built), text).toEqual(comparableComments(file));
      expect(text.endsWith("\n") && !text.endsWith("\n\n")).toBe(true);
    }),
  );

  it("keep every leading comment and every word, wherever comments stand", { timeout }, () =>
    checkAll("anywhere", 0.3, ({ file, built, text }) => {
      expect(comparable(built), text).toEqual(comparable(file));
      const builtComments = comparableComments(built);
      for (const [key, comments] of comparableComments(file)) {
        const found = builtComments.get(key)?.leading ?? [];
        expect(found, `${key} in ${text}`).toEqual(comments.leading);
        for (const line of [...comments.detached.flat(), ...comments.trailing]) {
          expect(squeeze(text)).toContain(squeeze(line));
        }
      }
    }),
  );
});

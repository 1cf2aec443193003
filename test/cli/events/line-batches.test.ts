import fc from "fast-check";
import { expect, test } from "vitest";
import { inputLines, LineError } from "../../../src/cli/events/input-lines.js";
import { type LineBatch, lineBatches } from "../../../src/cli/events/line-batches.js";
import { propertyOptions } from "../../support/property-options.js";

const options = {
  type: undefined,
  streamKey: undefined,
  key: undefined,
  durability: "commit",
} as const;

/** A text that comes in pieces. */
async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** All batches, and what is wrong behind them. */
async function batchesOf(text: string, sizes: readonly number[], key?: string) {
  const batches: LineBatch[] = [];
  try {
    for await (const batch of lineBatches(inPieces(text, sizes), { ...options, key })) {
      batches.push(batch);
    }
    return { batches, wrong: undefined };
  } catch (error) {
    return { batches, wrong: error };
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 });

test("lines are the same, whatever pieces they come in", async () => {
  const line = fc.string({ unit: "grapheme" }).map((each) => each.replaceAll(/\s/g, ""));
  await fc.assert(
    fc.asyncProperty(fc.array(line), sizes, fc.constantFrom("\n", "\r\n"), async (all, by, end) => {
      const text = all.map((each) => each + end).join("");
      const found: unknown[] = [];
      for await (const some of inputLines(inPieces(text, by))) found.push(...some);
      const expected = all.map((each, i) => ({ number: i + 1, text: each }));
      expect(found).toEqual(expected.filter((each) => each.text !== ""));
    }),
    propertyOptions(200),
  );
});

test("the last line needs no end, unless the input was ended before it", async () => {
  const abort = new AbortController();
  const read = async () => {
    const found: string[] = [];
    for await (const some of inputLines(inPieces("a\nb", [2]), abort.signal)) {
      found.push(...some.map(({ text }) => text));
    }
    return found;
  };
  expect(await read()).toEqual(["a", "b"]);
  abort.abort();
  expect(await read()).toEqual(["a"]);
});

test("bytes that are no text are told with their line", async () => {
  async function* input() {
    yield Uint8Array.of(0x61, 0x0a, 0xff, 0x0a);
  }
  const read = async () => {
    for await (const _ of inputLines(input()));
  };
  await expect(read()).rejects.toMatchObject({ line: 2, problem: "it is no UTF-8" });
});

test("what comes together is one batch, as long as that is not too large", async () => {
  const line = '{"type":"a"}\n';
  const one = await batchesOf(line.repeat(30), [line.length * 10]);
  expect(one.batches.map(({ events }) => events.length)).toEqual([10, 10, 10]);
  const many = await batchesOf(line.repeat(2_500), []);
  expect(many.batches.map(({ events }) => events.length)).toEqual([1_000, 1_000, 500]);
  const long = `{"type":"a","payload":{"json":"${"x".repeat(400_000)}"}}\n`;
  const large = await batchesOf(long.repeat(5), []);
  expect(large.batches.map(({ lines }) => lines)).toEqual([[1, 2], [3, 4], [5]]);
});

test("with a key, the same lines are the same batches, whatever pieces they come in", async () => {
  const text = Array.from({ length: 2_300 }, (_, i) => `{"type":"a","payload":{"json":${i}}}`);
  const whole = await batchesOf(text.join("\n"), [], "k");
  expect(whole.batches.map(({ key }) => key)).toEqual(["k/1", "k/1001", "k/2001"]);
  expect(await batchesOf(text.join("\n"), [7_000, 33], "k")).toEqual(whole);
});

test("what is before a wrong line is given first", async () => {
  const { batches, wrong } = await batchesOf(
    '{"type":"a"}\n\n{"type":"b"}\n{"typ":1}\n{}\n',
    [5],
    "k",
  );
  expect(batches.map(({ lines }) => lines)).toEqual([[1, 3]]);
  expect(wrong).toBeInstanceOf(LineError);
  expect(wrong).toMatchObject({ line: 4, problem: expect.stringContaining('"typ" is unknown') });
});

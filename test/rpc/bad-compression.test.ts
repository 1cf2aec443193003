import { promisify } from "node:util";
import zlib from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { envelope, envelopeFlag } from "../support/frames.js";
import { allCells, type Cell, each, messageCells, WireRig } from "./rig.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterEach(async () => {
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});
afterAll(() => rig[Symbol.asyncDispose]());

/** A request with one message that is said to be compressed. */
function compressed(cell: Cell, encoding: string, bytes: Uint8Array) {
  const isBare = cell.protocol === "connect" && cell.framing === "unary";
  const header = {
    connect: isBare ? "content-encoding" : "connect-content-encoding",
    grpc: "grpc-encoding",
    "grpc-web": "grpc-encoding",
  }[cell.protocol];
  const body = isBare ? bytes : envelope(bytes, envelopeFlag.compressed);
  return { headers: { [header]: encoding }, body };
}

const message = ({ codec }: Cell) =>
  codec === "json" ? Buffer.from('{"count":1}') : Buffer.from([16, 1]);
const finite = allCells.filter(({ rpc }) => rpc !== "Beat");

test.each([
  ["gzip", promisify(zlib.gzip)],
  ["br", promisify(zlib.brotliCompress)],
])("%s is understood", async (encoding, compress) => {
  const bytes = { json: await compress('{"count":1}'), binary: await compress(Buffer.of(16, 1)) };
  const results = await rig.survey(finite, (cell) => compressed(cell, encoding, bytes[cell.codec]));
  expect(results).toEqual(each(finite, "ok: "));
});

test("identity is no compression", async () => {
  const plain = finite.filter(({ protocol, framing }) => protocol + framing === "connectunary");
  const results = await rig.survey(plain, (cell) => compressed(cell, "identity", message(cell)));
  expect(results).toEqual(each(plain, "ok: "));
});

test("what is empty needs no decompression", async () => {
  const cells = finite.filter(({ codec, rpc }) => codec === "binary" && rpc === "Echo");
  const results = await rig.survey(cells, (cell) => compressed(cell, "gzip", Buffer.alloc(0)));
  expect(results).toEqual(each(cells, "ok: "));
});

describe("a compression nobody here knows", () => {
  test.each(["snappy", "GZIP", "gzip, br", "x".repeat(5_000)])(
    "%.20s is named",
    async (encoding) => {
      const results = await rig.survey(messageCells, (cell) =>
        compressed(cell, encoding, message(cell)),
      );
      const text = `unknown compression "${encoding}": supported encodings are gzip,br`;
      expect(results).toEqual(each(messageCells, `unimplemented: ${text}`));
    },
  );
});

describe("broken compression", () => {
  const whole = zlib.gzipSync('{"text":"a text long enough to be cut"}');
  const flipped = Buffer.from(whole);
  flipped[12] = flipped[12]! ^ 0xff;

  test.each([
    ["gzip", "no gzip at all", Buffer.from("no gzip at all"), "invalid_argument"],
    ["gzip", "gzip with a wrong bit", flipped, "invalid_argument"],
    ["br", "no brotli", Buffer.alloc(20, 0xff), "invalid_argument"],
    // connect-es blames itself for what ends too early.
    ["gzip", "gzip cut short", whole.subarray(0, 15), "internal"],
    [
      "br",
      "brotli cut short",
      zlib.brotliCompressSync("abc".repeat(99)).subarray(0, 5),
      "internal",
    ],
  ])("%s: %s is refused", async (encoding, _, bytes, code) => {
    const results = await rig.survey(messageCells, (cell) => compressed(cell, encoding, bytes));
    expect(results).toEqual(each(messageCells, `${code}: decompression failed`));
  });
});

describe("a bomb", () => {
  const text = `message is larger than configured readMaxBytes ${4 * 1024 * 1024} after decompression`;

  test.each([
    ["gzip", zlib.gzipSync(Buffer.alloc(6e6))],
    ["br", zlib.brotliCompressSync(Buffer.alloc(6e6))],
  ])("of %s is refused", async (encoding, bomb) => {
    expect(bomb.byteLength).toBeLessThan(20_000);
    const results = await rig.survey(messageCells, (cell) => compressed(cell, encoding, bomb));
    expect(results).toEqual(each(messageCells, `resource_exhausted: ${text}`));
  });

  test("is refused before it has gone off", async () => {
    // Gzip may be written in members, one after the other: all together are 1 GB.
    const member = zlib.gzipSync(Buffer.alloc(1e6));
    const bomb = Buffer.concat(Array(1_000).fill(member));
    expect(bomb.byteLength).toBeLessThan(1_100_000);
    const peakBefore = process.resourceUsage().maxRSS;
    const cells = messageCells.filter(({ http }) => http === "h1");
    const results = await rig.survey(cells, (cell) => compressed(cell, "gzip", bomb));
    expect(results).toEqual(each(cells, `resource_exhausted: ${text}`));
    // In KiB.
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(500_000);
  });
});

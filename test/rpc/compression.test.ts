import zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { envelopeFlag, parseEnvelopes } from "../support/frames.js";
import { type Cell, cellsOf, WireRig } from "./rig.js";

const cells = cellsOf("Echo", "Repeat").filter(({ codec }) => codec === "json");
const long = `{"text":"${"long ".repeat(400)}","count":1}`;
const short = '{"text":"short","count":1}';

function acceptHeader({ protocol, framing }: Cell): string {
  if (protocol !== "connect") return "grpc-accept-encoding";
  return framing === "unary" ? "accept-encoding" : "connect-accept-encoding";
}

/** What was used, and the message after it has been undone. */
async function ask(rig: WireRig, cell: Cell, accept: string, message: string) {
  const { answer } = await rig.ask(cell, {
    headers: { [acceptHeader(cell)]: accept },
    messages: [message],
  });
  const isBare = cell.protocol === "connect" && cell.framing === "unary";
  const name = acceptHeader(cell).replace(
    "accept-encoding",
    isBare ? "content-encoding" : "encoding",
  );
  const header = name === "connect-encoding" ? "connect-content-encoding" : name;
  const encoding = answer.headers[header];
  if (isBare) return { encoding, text: undo(String(encoding), answer.body) };
  const [first] = parseEnvelopes(answer.body);
  const isCompressed = (first!.flags & envelopeFlag.compressed) !== 0;
  return {
    encoding: isCompressed ? encoding : undefined,
    text: undo(isCompressed ? String(encoding) : "", first!.data),
  };
}

function undo(encoding: string, bytes: Buffer): string {
  if (encoding === "gzip") return zlib.gunzipSync(bytes).toString();
  if (encoding === "br") return zlib.brotliDecompressSync(bytes).toString();
  return bytes.toString();
}

describe("answers", () => {
  test.each([
    ["gzip", "gzip"],
    ["br", "br"],
    ["br, gzip", "br"],
    ["snappy, gzip;q=0.5, gzip", "gzip"],
    ["snappy", undefined],
    ["identity", undefined],
  ])("to %s are compressed as %s, but for short ones", async (accept, expected) => {
    await using rig = await WireRig.start();
    for (const cell of cells) {
      expect(await ask(rig, cell, accept, long), cell.name).toEqual({
        encoding: expected,
        text: long,
      });
      expect(await ask(rig, cell, accept, short), cell.name).toEqual({
        encoding: undefined,
        text: short,
      });
    }
  });

  test("are compressed from compressMinBytes on", async () => {
    await using rig = await WireRig.start({ compressMinBytes: short.length });
    for (const cell of cells) {
      expect((await ask(rig, cell, "gzip", short)).encoding, cell.name).toBe("gzip");
      expect((await ask(rig, cell, "gzip", '{"count":1}')).encoding, cell.name).toBeUndefined();
    }
  });

  test("are left alone when no compression is on offer", async () => {
    await using rig = await WireRig.start({ acceptCompression: [] });
    for (const cell of cells) {
      expect((await ask(rig, cell, "gzip", long)).encoding, cell.name).toBeUndefined();
    }
  });
});

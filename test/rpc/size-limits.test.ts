import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { Thing, thing } from "./probe.js";
import { cellsOf, each, WireRig } from "./rig.js";

const limit = 4 * 1024 * 1024;
/** Bytes that a binary message has around a text of this size. */
const around = 5;

/** Answers with a text as long as the request's `count`. */
@service({ name: "ProbeService", package: "probe.v1" })
class Writer {
  @action({ request: Thing, response: Thing })
  echo({ count, text }: Thing) {
    return thing({ text: "x".repeat(count || text.length) });
  }

  /** A short one first. */
  @action({ request: Thing, response: Thing })
  async *repeat({ count }: Thing) {
    yield thing({});
    yield thing({ text: "x".repeat(count) });
  }
}

const cells = cellsOf("Echo", "Repeat").filter(({ http, rpc }) => http === "h2" || rpc === "Echo");
const jsonText = (size: number) => `{"text":"${"x".repeat(size - 11)}"}`;
const binaryText = (size: number) => {
  const length = size - around;
  const bytes = Buffer.alloc(size, "x");
  bytes[0] = 10;
  for (let n = 0, rest = length; n < 4; n++, rest >>= 7) {
    bytes[1 + n] = (rest & 0x7f) | (n < 3 ? 0x80 : 0);
  }
  return bytes;
};

describe("by default", () => {
  let rig: WireRig;
  beforeAll(async () => {
    rig = await WireRig.start({ services: [new Writer()] });
  });
  afterEach(async () => {
    await rig.expectServing();
    expect(rig.reported).toEqual([]);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test("4 MiB are taken", async () => {
    const results = await rig.survey(cells, ({ codec }) => ({
      messages: [codec === "json" ? jsonText(limit) : binaryText(limit)],
    }));
    expect(results).toEqual(each(cells, "ok: "));
  });

  test("one byte more is not", async () => {
    const results = await rig.survey(cells, ({ codec }) => ({
      messages: [codec === "json" ? jsonText(limit + 1) : binaryText(limit + 1)],
    }));
    const larger = `larger than configured readMaxBytes ${limit}`;
    expect(results).toEqual(
      each(cells, ({ protocol, framing, http }) =>
        // Without a content-length, nobody knows how much there would have been.
        protocol === "connect" && framing === "unary" && http === "h2"
          ? `resource_exhausted: message size is ${larger}`
          : `resource_exhausted: message size ${limit + 1} is ${larger}`,
      ),
    );
  });

  test("a content-length too large is refused before the body has come", async () => {
    const call = rig.client("h1").open({
      path: "/probe.v1.ProbeService/Echo",
      headers: { "content-type": "application/json", "content-length": String(limit + 1) },
    });
    const { status, rest } = await call.answer;
    expect(status).toBe(429);
    expect(JSON.parse((await rest()).body.toString())).toEqual({
      code: "resource_exhausted",
      message: `message size ${limit + 1} is larger than configured readMaxBytes ${limit}`,
    });
    call.leave();
  });

  test("answers of 4 MiB are given, and no larger ones", async () => {
    const ask = (bytes: number) =>
      rig.survey(cells, ({ codec }) => {
        const count = bytes - (codec === "json" ? 11 : around);
        const varint = [(count & 0x7f) | 0x80, ((count >> 7) & 0x7f) | 0x80];
        varint.push(((count >> 14) & 0x7f) | 0x80, count >> 21);
        return {
          messages: [codec === "json" ? `{"count":${count}}` : Uint8Array.of(16, ...varint)],
        };
      });
    expect(await ask(limit)).toEqual(each(cells, "ok: "));
    const text = `message size ${limit + 1} is larger than configured writeMaxBytes ${limit}`;
    expect(await ask(limit + 1)).toEqual(each(cells, `resource_exhausted: ${text}`));
  });
});

describe("as many elements as fit", () => {
  /** Counts them on the way. */
  @service({ name: "ProbeService", package: "probe.v1" })
  class Counter {
    @action({ request: Thing, response: Thing })
    echo({ list, tags, things }: Thing) {
      return thing({
        list: [list.length, Object.keys(tags).length, Object.keys(things).length].map(String),
      });
    }
  }
  const count = 30_000;
  const json = (entry: (n: number) => string) => Array.from({ length: count }, (_, n) => entry(n));

  test.each([
    ["a list", `{"list":[${json(() => '""')}]}`, [count, 0, 0]],
    ["a map", `{"tags":{${json((n) => `"${n}":""`)}}}`, [0, count, 0]],
    ["a map of messages", `{"things":{${json((n) => `"${n}":{}`)}}}`, [0, 0, count]],
    ["fields nobody knows", `{${json((n) => `"k${n}":1`)}}`, [0, 0, 0]],
  ])("%s, in JSON", async (_, message, counts) => {
    await using rig = await WireRig.start({ services: [new Counter()] });
    const cells = cellsOf("Echo").filter(({ codec, http }) => codec === "json" && http === "h2");
    for (const cell of cells) {
      const { messages } = await rig.ask(cell, { messages: [message] });
      expect(JSON.parse(String(messages[0])), cell.name).toEqual({ list: counts.map(String) });
    }
  });

  test.each([
    ["a list", [0x32, 0], [count, 0, 0]],
    // All with the same key, the empty text: the last one counts.
    ["a map", [0x3a, 0], [0, 1, 0]],
    ["a map of messages", [0x52, 0], [0, 0, 1]],
    ["one message over and over", [0x42, 0], [0, 0, 0]],
    ["fields nobody knows", [0xfa, 0x7f, 0], [0, 0, 0]],
  ])("%s, in binary", async (_, bytes, counts) => {
    await using rig = await WireRig.start({ services: [new Counter()] });
    const message = Buffer.alloc(count * bytes.length, Buffer.from(bytes));
    const expected = counts.flatMap((n) => [0x32, String(n).length, ...Buffer.from(String(n))]);
    const cells = cellsOf("Echo").filter(({ codec, http }) => codec === "binary" && http === "h2");
    for (const cell of cells) {
      const { messages } = await rig.ask(cell, { messages: [message] });
      expect(messages, cell.name).toEqual([Buffer.from(expected)]);
    }
  });
});

describe("as configured", () => {
  let rig: WireRig;
  beforeAll(async () => {
    rig = await WireRig.start({ services: [new Writer()], readMaxBytes: 20, writeMaxBytes: 30 });
  });
  afterEach(() => rig.expectServing());
  afterAll(() => rig[Symbol.asyncDispose]());

  test("readMaxBytes holds", async () => {
    const json = cells.filter(
      ({ codec, protocol, http }) => codec === "json" && (http === "h1" || protocol !== "connect"),
    );
    expect(await rig.survey(json, () => ({ messages: [jsonText(20)] }))).toEqual(
      each(json, "ok: "),
    );
    expect(await rig.survey(json, () => ({ messages: [jsonText(21)] }))).toEqual(
      each(json, "resource_exhausted: message size 21 is larger than configured readMaxBytes 20"),
    );
  });

  test("writeMaxBytes holds", async () => {
    const json = cells.filter(({ codec }) => codec === "json");
    expect(await rig.survey(json, () => ({ messages: ['{"count":20}'] }))).toEqual(
      each(json, "resource_exhausted: message size 31 is larger than configured writeMaxBytes 30"),
    );
  });
});

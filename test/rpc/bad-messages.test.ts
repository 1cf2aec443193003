import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { binaryCells, type Cell, cellsOf, each, jsonCells, messageCells, WireRig } from "./rig.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterEach(async () => {
  await rig.expectServing();
  // A caller's mistake is no fault of the app.
  expect(rig.reported).toEqual([]);
});
afterAll(() => rig[Symbol.asyncDispose]());

const thing = "probe.v1.Thing";

describe("JSON", () => {
  test.each([
    [
      "nothing at all",
      "",
      `cannot decode message ${thing} from JSON: Unexpected end of JSON input`,
    ],
    [
      "an object cut short",
      '{"text":',
      `cannot decode message ${thing} from JSON: Unexpected end of JSON input`,
    ],
    ["a list", "[]", `cannot decode message ${thing} from JSON: Array(0)`],
    ["null", "null", `cannot decode message ${thing} from JSON: null`],
    [
      "a string where a number belongs",
      '{"count":"many"}',
      `cannot decode field ${thing}.count from JSON: expected number (int32), got "many"`,
    ],
    [
      "a number out of range",
      '{"count":2147483648}',
      `cannot decode field ${thing}.count from JSON: expected number (int32): 2147483648 out of range`,
    ],
    [
      "a 64-bit integer out of range",
      '{"big":"9223372036854775808"}',
      `cannot decode field ${thing}.big from JSON: expected bigint (int64): 9223372036854775808 out of range`,
    ],
    [
      "a bad list element, deep inside",
      '{"inner":{"list":["fine",5]}}',
      `cannot decode field ${thing}.list from JSON: list item #2: expected string, got 5`,
    ],
    [
      "a bad map value",
      '{"tags":{"fine":"x","bad":false}}',
      `cannot decode field ${thing}.tags from JSON: map entry "bad": expected string, got false`,
    ],
    [
      "bytes that are not base64",
      '{"blob":"*"}',
      `cannot decode field ${thing}.blob from JSON: invalid base64 string`,
    ],
    [
      "a time before the year 1",
      '{"at":"0000-01-01T00:00:00Z"}',
      "cannot decode message google.protobuf.Timestamp from JSON: " +
        "must be from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z inclusive",
    ],
    [
      "a key twice",
      '{"text":"a","text":"b"}',
      `cannot decode message ${thing} from JSON: duplicate object key "text"`,
    ],
    [
      "a key twice, once in disguise",
      '{"text":"a","\\u0074ext":"b"}',
      `cannot decode message ${thing} from JSON: duplicate object key "text"`,
    ],
    [
      "half of a surrogate pair",
      '{"text":"\\ud800"}',
      `cannot decode field ${thing}.text from JSON: expected string: invalid UTF8`,
    ],
  ])("%s is an invalid argument, and the field is named", async (_, json, message) => {
    const results = await rig.survey(jsonCells, () => ({ messages: [json] }));
    expect(results).toEqual(each(jsonCells, `invalid_argument: ${message}`));
  });

  test("NaN is none", async () => {
    const cell = jsonCells[0]!;
    const { code, message } = await rig.ask(cell, { messages: ['{"ratio":NaN}'] });
    expect(code).toBe("invalid_argument");
    // The rest is V8's and differs from version to version.
    expect(message).toMatch(/^cannot decode message probe\.v1\.Thing from JSON: Unexpected token/);
  });

  // connect-es decodes leniently; the JSON specification would have it refused.
  test("bytes that are no UTF-8 become replacement characters", async () => {
    const bytes = Buffer.from([...Buffer.from('{"text":"'), 0xff, ...Buffer.from('"}')]);
    for (const cell of cellsOf("Echo").filter(({ codec }) => codec === "json")) {
      const { messages } = await rig.ask(cell, { messages: [bytes] });
      expect(messages.map(String)).toEqual(['{"text":"\ufffd"}']);
    }
  });

  test("fields nobody knows are ignored", async () => {
    const cells = jsonCells.filter(({ rpc }) => rpc !== "Beat");
    const json = '{"nobody":{"knows":[1,{"of":"this"}]},"count":1}';
    const results = await rig.survey(cells, () => ({ messages: [json] }));
    expect(results).toEqual(each(cells, "ok: "));
  });
});

describe("binary", () => {
  const bytes = (write: (writer: BinaryWriter) => BinaryWriter) =>
    write(new BinaryWriter()).finish();

  // connect-es blames itself: a protocol error is its client's bug, not its user's.
  test.each([
    ["a tag without end", Uint8Array.of(0xff, 0xff, 0xff), "premature EOF"],
    ["a field cut short", Uint8Array.of(10, 5, 104), "premature EOF"],
    ["field number 0", Uint8Array.of(0, 0), "illegal tag: field no 0 wire type 0"],
    ["an impossible wire type", Uint8Array.of(15), "illegal tag: field no 1 wire type 7"],
    [
      "text that is no UTF-8",
      bytes((w) => w.tag(1, WireType.LengthDelimited).bytes(Uint8Array.of(0xff, 0xc0))),
      "The encoded data was not valid for encoding utf-8",
    ],
    ["a group without end", bytes((w) => w.tag(99, WireType.StartGroup)), "premature EOF"],
    ["a length beyond 32 bits", Uint8Array.of(10, 255, 255, 255, 255, 255, 127), "premature EOF"],
  ])("%s is refused", async (_, message, text) => {
    const results = await rig.survey(binaryCells, () => ({ messages: [message] }));
    expect(results).toEqual(each(binaryCells, `internal: parse binary: ${text}`));
  });

  test("a time that no Date can be is an invalid argument, and the field is named", async () => {
    const seconds = 10n ** 15n;
    const time = bytes((w) => w.tag(1, WireType.Varint).int64(seconds));
    const at = bytes((w) => w.tag(9, WireType.LengthDelimited).bytes(time));
    const inner = bytes((w) => w.tag(8, WireType.LengthDelimited).bytes(at));
    for (const message of [at, inner]) {
      const results = await rig.survey(binaryCells, () => ({ messages: [message] }));
      expect(results).toEqual(
        each(binaryCells, "invalid_argument: Thing.at must be a time between the years 1 and 9999"),
      );
    }
  });

  test("fields nobody knows are kept out of the handler's way", async () => {
    const cells = binaryCells.filter(({ rpc }) => rpc !== "Beat");
    const message = bytes((w) =>
      w
        .tag(1000, WireType.LengthDelimited)
        .string("?")
        .tag(1, WireType.LengthDelimited)
        .string("hi"),
    );
    const results = await rig.survey(cells, () => ({ messages: [message] }));
    expect(results).toEqual(each(cells, "ok: "));
    const [echo] = cellsOf("Echo").filter(({ codec }) => codec === "binary");
    const { messages } = await rig.ask(echo!, { messages: [message] });
    expect(messages).toEqual([Buffer.from([10, 2, ...Buffer.from("hi")])]);
  });

  test("no bytes are a message with nothing set", async () => {
    const cells = cellsOf("Echo", "Collect").filter(({ codec }) => codec === "binary");
    const results = await rig.survey(cells, () => ({ messages: [""] }));
    expect(results).toEqual(each(cells, "ok: "));
  });
});

describe.each([
  { depth: 101, cells: messageCells },
  // What is to be shown here is that no stack overflows, so once for each codec will do.
  { depth: 100_000, cells: cellsOf("Echo", "Repeat").filter(isPlain) },
])("a message $depth levels deep", ({ depth, cells }) => {
  test("is refused, as JSON and binary", async () => {
    const json = `${'{"inner":'.repeat(depth)}{}${"}".repeat(depth)}`;
    const binary = nestedBinary(depth);
    const results = await rig.survey(cells, ({ codec }) => ({
      messages: [codec === "json" ? json : binary],
    }));
    const refusal = (format: string) =>
      `cannot decode message ${thing} from ${format}: maximum recursion depth of 100 reached`;
    expect(results).toEqual(
      each(cells, ({ codec }) =>
        codec === "json"
          ? `invalid_argument: ${refusal("JSON")}`
          : `internal: parse binary: ${refusal("binary")}`,
      ),
    );
  });

  test("is refused inside groups nobody knows", async () => {
    const groups = Buffer.concat([
      Buffer.alloc(2 * depth, Buffer.from([0xa3, 0x06])),
      Buffer.alloc(2 * depth, Buffer.from([0xa4, 0x06])),
    ]);
    const binary = cells.filter(({ codec }) => codec === "binary");
    const results = await rig.survey(binary, () => ({ messages: [groups] }));
    expect(results).toEqual(
      each(binary, "internal: parse binary: maximum recursion depth reached"),
    );
  });

  test("does no harm inside JSON nobody knows", async () => {
    const json = `{"nobody":${"[".repeat(depth)}${"]".repeat(depth)},"count":1}`;
    const finite = cells.filter(({ codec, rpc }) => codec === "json" && rpc !== "Beat");
    const results = await rig.survey(finite, () => ({ messages: [json] }));
    expect(results).toEqual(each(finite, "ok: "));
  });
});

test("a message 99 levels deep is served", async () => {
  const json = `${'{"inner":'.repeat(98)}{}${"}".repeat(98)}`;
  const cells = cellsOf("Echo");
  for (const cell of cells) {
    const message = cell.codec === "json" ? Buffer.from(json) : Buffer.from(nestedBinary(98));
    const outcome = await rig.ask(cell, { messages: [message] });
    expect(outcome.messages, cell.name).toEqual([message]);
  }
});

function isPlain({ protocol, http }: Cell): boolean {
  return protocol === "connect" && http === "h2";
}

/** `Thing.inner` so many times. */
function nestedBinary(depth: number): Uint8Array {
  let length = 0;
  const prefixes: Uint8Array[] = [];
  for (let n = 0; n < depth; n++) {
    const prefix = new BinaryWriter().tag(8, WireType.LengthDelimited).uint32(length).finish();
    prefixes.push(prefix);
    length += prefix.length;
  }
  return Buffer.concat(prefixes.reverse());
}

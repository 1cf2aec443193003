import { create, fromBinary, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { expect, test, vi } from "vitest";
import { compileBinary } from "../../src/codec/binary.js";
import { binaryDecoder } from "../../src/codec/binary-decoder.js";
import { binaryEncoder } from "../../src/codec/binary-encoder.js";
import { ByteReader } from "../../src/codec/byte-reader.js";
import { ByteWriter } from "../../src/codec/byte-writer.js";
import { compileJson } from "../../src/codec/json.js";
import { jsonDecoder } from "../../src/codec/json-decoder.js";
import { jsonEncoder } from "../../src/codec/json-encoder.js";
import { countMembers } from "../../src/codec/json-members.js";
import { JsonReader } from "../../src/codec/json-reader.js";
import { everything } from "./everything.js";

const inner = { int32: -1, someText: "größer", list: [{ far: 1 }], byNumber: { 7: {} } };

const usual: readonly [string, object][] = [
  ["nothing", {}],
  [
    "scalars",
    {
      ...{ double: 0.1, float: 0.5, int32: -5, int64: -(2n ** 63n), uint32: 2 ** 32 - 1 },
      ...{ uint64: 2n ** 64n - 1n, sint32: -3, sint64: -(2n ** 40n), fixed32: 7, fixed64: 8n },
      ...{ sfixed32: -9, sfixed64: -10n, bool: true, someText: "a\n漢", bytes: new Uint8Array(3) },
      ...{ color: 2, maybe: 0, far: 5 },
    },
  ],
  ["numbers that are not finite", { double: Number.NaN, float: -Infinity }],
  ["an enum's number without a name", { color: 77 }],
  [
    "lists",
    { texts: ["", "x".repeat(200)], numbers: [0n, -1n], colors: [1, 9], list: [inner, {}] },
  ],
  [
    "maps",
    {
      stock: { a: 1, "": 0, constructor: 2 },
      byNumber: { "-1": inner, 0: {} },
      byFlag: { true: new Uint8Array([1]), false: new Uint8Array() },
      byBig: { "123456789": 1 },
    },
  ],
  ["messages in each other", { inner: { inner: { inner } } }],
  ["one of a oneof", { either: { case: "thisText", value: "" } }],
  ["another of it", { either: { case: "thatOne", value: inner } }],
  [
    "types that are texts in JSON",
    { at: { seconds: 5n }, took: { nanos: 5 }, mask: { paths: ["a"] } },
  ],
  ["wrappers", { wrappedText: "", wrappedNumber: 2n ** 60n }],
  ["more than a scratch buffer holds", { texts: Array(9).fill("漢".repeat(1000)) }],
];

// The functions are called without what they fall back on, so that they throw when they give up.
test.each(usual)("%s: by compiled code alone", (_, init) => {
  const message = create(everything, init as never);
  const bytes = toBinary(everything, message);
  const writer = new ByteWriter();
  binaryEncoder(everything).run(writer, message);
  expect(Buffer.from(writer.finish())).toEqual(Buffer.from(bytes));
  const reader = new ByteReader(bytes, true);
  expect(binaryDecoder(everything).run(reader, bytes.length)).toEqual(message);

  const json = toJsonString(everything, message);
  expect(jsonEncoder(everything).run(message, {})).toBe(json);
  const jsonReader = new JsonReader();
  expect(jsonDecoder(everything).run(jsonReader, JSON.parse(json))).toEqual(message);
  expect(jsonReader.members).toBe(countMembers(json));
});

test("a buffer that grew for one message is not kept for ever", () => {
  const codec = compileBinary(everything);
  const large = create(everything, { someText: "x".repeat(5_000_000) } as never);
  expect(codec.encode(large)).toHaveLength(5_000_005);
  const small = create(everything, { someText: "small" } as never);
  expect(codec.encode(small)).toEqual(Buffer.from("\x72\x05small"));
});

test("wherever the buffer ends, it grows in time", () => {
  for (let length = 4_000; length < 4_100; length++) {
    // At the end of many messages, the lengths of all of them still need room.
    const message = nested(20, { bytes: new Uint8Array(length), far: 1 });
    const writer = new ByteWriter();
    binaryEncoder(everything).run(writer, message);
    expect(Buffer.compare(writer.finish(), toBinary(everything, message))).toBe(0);
  }
});

test("what is read of Node's Buffers is no Buffer, and outlives them", () => {
  const unknown = [{ no: 9999, wireType: 2, data: Uint8Array.of(2, 8, 9) }];
  const message = create(everything, { bytes: Uint8Array.of(1, 2, 3) } as never);
  message.$unknown = unknown;
  const received = Buffer.concat([Buffer.from("head"), toBinary(everything, message)]);
  const read = compileBinary(everything).decode(received.subarray(4));
  received.fill(0);
  const { bytes } = read as unknown as { bytes: Uint8Array };
  expect(bytes).toStrictEqual(Uint8Array.of(1, 2, 3));
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  expect(read.$unknown).toStrictEqual(unknown);
});

test("what a message inherits is not encoded", () => {
  const message = create(everything, { far: 1 } as never);
  Object.setPrototypeOf(message, { maybe: 5 });
  expect(compileBinary(everything).encode(message)).toEqual(Buffer.from("c0b80201", "hex"));
  expect(compileJson(everything).encode(message)).toBe('{"far":1}');
});

test("what was encoded stays, whatever is encoded afterwards", () => {
  const codec = compileBinary(everything);
  const encode = (far: number) => codec.encode(create(everything, { far } as never));
  const [one, two] = [encode(1), encode(2)];
  expect([one.at(-1), two.at(-1)]).toEqual([1, 2]);
});

test("a getter may encode another message meanwhile", () => {
  const codec = compileBinary(everything);
  const other = create(everything, { someText: "other" } as never);
  const message = create(everything, { int32: 1, far: 3 } as never);
  const encoded: Uint8Array[] = [];
  Object.defineProperty(message, "someText", {
    get() {
      encoded.push(codec.encode(other));
      return "mine";
    },
  });
  expect(fromBinary(everything, codec.encode(message))).toMatchObject({ someText: "mine", far: 3 });
  expect(fromBinary(everything, encoded[0]!)).toMatchObject({ int32: 0, someText: "other" });
});

test.each([
  ["100 messages", "accepted", nested(100)],
  ["101 messages", "refused", nested(101)],
  ["99 messages and a wrapper", "accepted", nested(99, { wrappedText: "x" })],
  ["100 messages and a wrapper", "refused", nested(100, { wrappedText: "x" })],
  ["100 messages and a time", "refused", nested(100, { at: {} })],
])("%s in each other are %s", (_, outcome, message) => {
  const [binary, json] = [compileBinary(everything), compileJson(everything)];
  const text = json.encode(message);
  const bytes = binary.encode(message);
  if (outcome === "accepted") {
    expect(binary.decode(bytes)).toEqual(message);
    expect(json.decode(text)).toEqual(message);
  } else {
    expect(() => binary.decode(bytes)).toThrow("maximum recursion depth of 100 reached");
    expect(() => json.decode(text)).toThrow("maximum recursion depth of 100 reached");
  }
});

function nested(depth: number, init: object = {}): Message {
  const message = create(everything, init as never);
  return depth === 1 ? message : nested(depth - 1, { inner: message });
}

test("a message that contains itself is an error as ever", () => {
  const loop = create(everything) as Message & { inner?: Message };
  loop.inner = loop;
  expect(() => compileBinary(everything).encode(loop)).toThrow(RangeError);
  expect(() => compileJson(everything).encode(loop)).toThrow(RangeError);
});

test("where code cannot be made of text, @bufbuild/protobuf does all of it", async () => {
  vi.stubGlobal("Function", () => {
    throw new EvalError("Code generation from strings disallowed for this context");
  });
  vi.resetModules();
  try {
    const { compileBinary } = await import("../../src/codec/binary.js");
    const { compileJson } = await import("../../src/codec/json.js");
    const message = create(everything, { ...inner, notes: { a: 1 } } as never);
    const [binary, json] = [compileBinary(everything), compileJson(everything)];
    expect(binary.decode(binary.encode(message))).toEqual(message);
    expect(json.decode(json.encode(message))).toEqual(message);
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
});

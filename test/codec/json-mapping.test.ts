import { create, type Message } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { compileJson } from "../../src/codec/json.js";
import { everything } from "./everything.js";

/** Cases of https://protobuf.dev/programming-guides/json, whoever answers them. */
const codec = compileJson(everything);
const message = (init: object): Message => create(everything, init as never);

describe("accepted", () => {
  test.each<[string, object]>([
    ['{"someText":"by its JSON name"}', { someText: "by its JSON name" }],
    ['{"some_text":"by its proto name"}', { someText: "by its proto name" }],
    ['{ "someText" :\n\t"spaced" }', { someText: "spaced" }],
    ['{"some\\u0054ext":"escaped"}', { someText: "escaped" }],
    ['{"someText":null,"maybe":null,"inner":null,"texts":null,"stock":null,"color":null}', {}],
    ['{"some_text":null}', {}],
    ['{"thisText":null,"thatOne":{}}', { either: { case: "thatOne", value: message({}) } }],
    ['{"int32":"5","uint32":5.0,"sint32":1e2}', { int32: 5, uint32: 5, sint32: 100 }],
    ['{"int64":"-9223372036854775808","uint64":7}', { int64: -(2n ** 63n), uint64: 7n }],
    ['{"double":"NaN","float":"-Infinity"}', { double: Number.NaN, float: -Infinity }],
    ['{"double":"1.5e3"}', { double: 1500 }],
    ['{"bytes":"-_8="}', { bytes: new Uint8Array([251, 255]) }],
    ['{"bytes":"+/8"}', { bytes: new Uint8Array([251, 255]) }],
    ['{"color":"COLOR_DARK_BLUE"}', { color: 2 }],
    ['{"color":2,"colors":[1,"COLOR_RED",77]}', { color: 2, colors: [1, 1, 77] }],
    [
      '{"stock":{"a":1},"byNumber":{"-7":{}}}',
      { stock: { a: 1 }, byNumber: { "-7": message({}) } },
    ],
    ['{"byBig":{"18446744073709551615":1}}', { byBig: { "18446744073709551615": 1 } }],
    ['{"stock":{"__proto__":1}}', { stock: JSON.parse('{"__proto__":1}') }],
    ['{"at":"1970-01-01T00:00:05.25Z"}', { at: { seconds: 5n, nanos: 250_000_000 } }],
    ['{"at":"1970-01-01T01:00:00+01:00"}', { at: {} }],
    ['{"took":"-1.5s"}', { took: { seconds: -1n, nanos: -500_000_000 } }],
    ['{"mask":"a.bC,d"}', { mask: { paths: ["a.b_c", "d"] } }],
    ['{"wrappedText":"","wrappedNumber":"5"}', { wrappedText: "", wrappedNumber: 5n }],
    ['{"notes":{"a":[null,{"b":1}]}}', { notes: { a: [null, { b: 1 }] } }],
  ])("%s", (json, expected) => {
    expect(codec.decode(json)).toEqual(message(expected));
  });

  test("unknown names, if they are to be ignored", () => {
    const lenient = compileJson(everything, { ignoreUnknownFields: true });
    const json = '{"int32":1,"new":{"a":[{}]},"color":"COLOR_NEW"}';
    expect(lenient.decode(json)).toEqual(message({ int32: 1 }));
  });
});

describe("refused", () => {
  test.each([
    '{"new":1}',
    '{"int32":1,"int32":1}',
    '{"int32":1,"int32" :1}',
    '{"int32":1,"int\\u00332":1}',
    '{"someText":":","someText":"\\u003a"}',
    '{"someText":"a","some_text":"b"}',
    '{"someText":null,"some_text":null}',
    '{"inner":{"stock":{"a":1,"a":2}}}',
    '{"byNumber":{"1":{},"01":{}}}',
    '{"thisText":"a","thatOne":{}}',
    '{"thatOne":null,"thisText":"a"}',
    '{"texts":[null]}',
    '{"list":[null]}',
    '{"stock":{"a":null}}',
    '{"byFlag":{"yes":""}}',
    '{"int32":1.5}',
    '{"int32":2147483648}',
    '{"uint32":-1}',
    '{"int64":"9223372036854775808"}',
    '{"int64":""}',
    '{"uint64":-1}',
    '{"double":1e400}',
    '{"float":1e39}',
    '{"bool":"true"}',
    '{"bool":0}',
    '{"someText":1}',
    '{"someText":"\\ud800"}',
    '{"bytes":"*"}',
    '{"color":"COLOR_NEW"}',
    '{"color":1.5}',
    '{"inner":[]}',
    '{"texts":{}}',
    '{"at":"yesterday"}',
    '{"took":"1"}',
    '{"notes":[]}',
    "[]",
    "null",
    "",
    "{",
    '{"int32":1}}',
  ])("%s", (json) => {
    expect(() => codec.decode(json)).toThrow();
  });
});

test("half a surrogate pair is escaped", () => {
  expect(codec.encode(message({ someText: "\ud800" }))).toBe('{"someText":"\\ud800"}');
});

test("text has the fields by their numbers, 64 bits as strings, and nothing that is unset", () => {
  const full = message({
    ...{ far: 1, int64: 5n, double: -0, float: Number.NaN, bytes: new Uint8Array([251, 255]) },
    ...{ color: 2, colors: [0, 77], stock: { b: 1, a: 2, 3: 3 }, someText: '"\\\n\ud800' },
    ...{ at: { seconds: 5n, nanos: 1000 }, maybe: 0, wrappedText: "", notes: { a: null } },
  });
  expect(codec.encode(full)).toBe(
    '{"double":0,"float":"NaN","int64":"5","someText":"\\"\\\\\\n\\ud800","bytes":"+/8=",' +
      '"color":"COLOR_DARK_BLUE","maybe":0,"colors":["COLOR_UNSPECIFIED",77],' +
      '"stock":{"3":3,"b":1,"a":2},"at":"1970-01-01T00:00:05.000001Z","wrappedText":"","far":1,' +
      '"notes":{"a":null}}',
  );
});

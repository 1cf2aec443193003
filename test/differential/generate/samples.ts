import { fromJson, type JsonObject, toBinary, toJsonString } from "@bufbuild/protobuf";
import { App } from "../../../src/index.js";
import type { Random } from "../prng.js";
import { guarded, Subject } from "../subject.js";
import { Witness } from "../witness.js";

/** A message in both encodings, one byte per character. */
export interface Encoded {
  readonly json: string;
  readonly binary: string;
}

const witness = new Witness();
const { registry } = new App({
  name: "diff",
  services: [new Subject(witness), guarded(witness)],
}).schema();
const jsonOptions = { registry: registry.types };

export const latin1 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("latin1");

/** A message of a type, from its JSON. */
export function encode(typeName: string, json: JsonObject): Encoded {
  const desc = registry.message(typeName);
  const message = fromJson(desc, json, jsonOptions);
  return {
    json: latin1(toJsonString(desc, message, jsonOptions)),
    binary: latin1(toBinary(desc, message)),
  };
}

export function randomSample(r: Random): Encoded {
  return encode("diff.v1.Sample", sampleJson(r, 2));
}

/** The JSON of a sample with some of its fields set. */
function sampleJson(r: Random, depth: number): JsonObject {
  const json: JsonObject = {};
  const set = (percent: number, name: string, value: () => JsonObject[string]): void => {
    if (r.chance(percent)) json[name] = value();
  };
  set(70, "text", () => r.text());
  set(40, "count", () => r.pick([0, 1, 2, 3, -1, 2 ** 31 - 1, -(2 ** 31)]));
  set(25, "big", () => r.pick(["0", "1", "-9223372036854775808", "9007199254740993"]));
  set(25, "ratio", () => r.pick([0, -0, 0.1, 1e300, "NaN", "Infinity", "-Infinity"]));
  set(20, "blob", () => Buffer.from(r.text(), "latin1").toString("base64"));
  set(20, "list", () => Array.from({ length: r.nat(3) }, () => r.text()));
  set(15, "tags", () => ({ "": 1, [r.text()]: 2, __proto: 3 }));
  set(15, "at", () => r.pick(["1970-01-01T00:00:00Z", "2024-02-29T12:34:56.789Z"]));
  set(15, "any", () => r.pick<JsonObject>([duration, { "@type": sampleType, text: "packed" }]));
  set(15, "word", () => r.text());
  if (json.word === undefined) set(15, "flag", () => r.chance(50));
  set(20, "mood", () => r.pick<string | number>(["MOOD_CALM", "MOOD_WILD", 99]));
  set(15, "note", () => r.pick(["", "noted"]));
  set(10, "lasted", () => r.pick(["0s", "-1.5s"]));
  set(15, "ids", () => ["0", "18446744073709551615"].slice(r.nat(2)));
  if (depth > 0) {
    set(25, "inner", () => sampleJson(r, depth - 1));
    set(10, "more", () => ({ 7: sampleJson(r, depth - 1), "-1": {} }));
  }
  return json;
}

const sampleType = "type.googleapis.com/diff.v1.Sample";
const duration = { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1.5s" };

/** A sample that is exactly so long in either encoding; from about 20 bytes on. */
export function sampleOfSize(bytes: number): Encoded {
  const textOf = (overhead: number): string => "a".repeat(Math.max(0, bytes - overhead));
  const prefixBytes = bytes < 130 ? 2 : 3;
  const text = textOf(prefixBytes);
  const length = text.length < 128 ? [text.length] : [(text.length & 127) | 128, text.length >> 7];
  return {
    json: `{"text":"${textOf(11)}"}`,
    binary: latin1(Buffer.from([0x0a, ...length])) + text,
  };
}

/** What is no message of the type, or one that says more than the type has, or says it oddly. */
export function brokenSample(r: Random, { json, binary }: Encoded): Encoded {
  return {
    json: r.pick<() => string>([
      () => "",
      () => json.slice(0, r.nat(json.length)),
      () => "{",
      () => "null",
      () => "[]",
      () => "7",
      () => '"text"',
      () => `${json} `,
      () => `\n\t${json}`,
      () => `${json}x`,
      () => `\xef\xbb\xbf${json}`,
      () => '{"text":"\xff\xfe"}',
      () => '{"text":"\\ud83d"}',
      () => '{"text":"a","text":"b"}',
      () => '{"unknown":{"deep":[1,2,{}]},"text":"a"}',
      () => '{"text":7}',
      () => '{"count":"12"}',
      () => '{"count":1.5}',
      () => '{"count":2147483648}',
      () => '{"big":1}',
      () => '{"big":"1e3"}',
      () => '{"blob":"_-8"}',
      () => '{"blob":"!"}',
      () => '{"at":"yesterday"}',
      () => '{"mood":"MOOD_UNHEARD"}',
      () => '{"word":"a","flag":true}',
      () => '{"any":{"@type":"type.googleapis.com/no.Such"}}',
      () => '{"inner":null,"list":null,"text":null}',
      () => `{"inner":${'{"inner":'.repeat(120)}{}${"}".repeat(120)}}`,
      () => '{"__proto__":{"text":"a"},"constructor":1}',
    ])(),
    binary: r.pick<() => string>([
      () => "",
      () => binary.slice(0, r.nat(binary.length)),
      () => "\xff",
      () => "\x0a\x05ab",
      () => "\x0a\x02\xff\xfe",
      () => `${binary}\xf8\x3f\x01`,
      () => `\xfa\x3f\x03abc${binary}`,
      () => "\x0a\x01a\x0a\x01b",
      () => "\x08\x01",
      () => "\x00\x00",
      () => "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
      () => `${"\x42\x7f".repeat(3)}`,
      () => "\x5a\x01a\x60\x01",
      () => "\x0b\x0c",
      () => "{}",
    ])(),
  };
}

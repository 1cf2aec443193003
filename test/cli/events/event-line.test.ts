import fc from "fast-check";
import { expect, test } from "vitest";
import { eventLine, parseEventLine } from "../../../src/cli/events/event-line.js";
import type { Event } from "../../../src/log/model/event.js";
import { propertyOptions } from "../../support/property-options.js";

const text = fc.string({ unit: "binary" });
const segment = text.map((each) => each.replaceAll(/[?*/]/g, ""));
const time = fc.record({
  seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
  micros: fc.nat(999_999),
});
const event: fc.Arbitrary<Event> = fc.record(
  {
    id: fc.record({ server: fc.nat(), session: fc.nat(), instance: fc.nat() }),
    type: fc.array(segment, { maxLength: 4 }),
    timestamp: time,
    sourceTimestamp: time,
    payload: fc.oneof(
      // What JSON itself keeps: not -0, and no __proto__.
      fc.jsonValue().map((value) => ({ json: JSON.parse(JSON.stringify(value)) })),
      fc.record({ binary: fc.record({ type: text, data: fc.uint8Array() }) }),
    ),
    stream: fc.record({ key: text, version: fc.nat() }),
  },
  { requiredKeys: ["id", "type", "timestamp"] },
);

test("what is printed of an event is read as the same event", () => {
  fc.assert(
    fc.property(event, (printed) => {
      const line = eventLine(printed);
      expect(line).not.toMatch(/\p{Cc}/u);
      const { type, sourceTimestamp, payload, streamKey } = parseEventLine(line, {
        type: ["other"],
        streamKey: undefined,
      });
      const data = payload && "binary" in payload ? [...payload.binary.data] : undefined;
      const expected = printed.payload;
      expect(type).toEqual(printed.type);
      expect(sourceTimestamp).toEqual(printed.sourceTimestamp);
      expect(streamKey).toBe(printed.stream?.key);
      if (expected && "binary" in expected) {
        expect(payload).toMatchObject({ binary: { type: expected.binary.type } });
        expect(data).toEqual([...expected.binary.data]);
      } else expect(payload).toEqual(expected);
    }),
    propertyOptions(500),
  );
});

test("prints what it is documented to print", () => {
  const printed: Event = {
    id: { server: 1, session: 2, instance: 3 },
    type: ["a", ""],
    timestamp: { seconds: 0n, micros: 5 },
    payload: { binary: { type: "t", data: Uint8Array.of(1, 2) } },
    stream: { key: "k\u009b", version: 7 },
  };
  expect(eventLine(printed)).toBe(
    '{"id":"1:2:3","type":["a",""],"timestamp":"1970-01-01T00:00:00.000005Z",' +
      '"payload":{"binary":{"type":"t","data":"AQI="}},"stream":{"key":"k\\u009b","version":7}}',
  );
});

test("takes what is written by hand, and what the command line has for all lines", () => {
  const defaults = { type: ["d"], streamKey: "s" };
  expect(parseEventLine('{"type":"a/b","payload":{"json":null}}', defaults)).toEqual({
    type: ["a", "b"],
    payload: { json: null },
    streamKey: "s",
  });
  expect(parseEventLine('{"streamKey":"t"}', defaults)).toEqual({ type: ["d"], streamKey: "t" });
});

test.each([
  ["{", /JSON/],
  ["[]", /^it is no JSON object/],
  ["null", /^it is no JSON object/],
  ["{}", /^it has no type/],
  ['{"type":"a","typo":1}', /^"typo" is unknown; it may have type, sourceTimestamp, payload, /],
  ['{"type":"a/*"}', /^its type has the segment "\*"/],
  ['{"type":[1]}', /^its type has no string as segment 0/],
  ['{"type":"a","sourceTimestamp":5}', /^its sourceTimestamp is no text/],
  ['{"type":"a","sourceTimestamp":"now"}', /timestamp's text is like/],
  ['{"type":"a","payload":5}', /^its payload is neither/],
  ['{"type":"a","payload":{"json":1,"binary":2}}', /^its payload is neither/],
  ['{"type":"a","payload":{"json":1e999}}', /^its payload has a number that is too large/],
  [
    '{"type":"a","payload":{"binary":{"type":"t","data":"not base64!"}}}',
    /^its payload is neither/,
  ],
  ['{"type":"a","payload":{"binary":null}}', /^its payload is neither/],
  ['{"type":"a","stream":{"key":5}}', /^its stream is neither/],
  ['{"type":"a","stream":{"key":"a"},"streamKey":"b"}', /^its stream is neither/],
  ['{"type":"a","streamKey":"\\ud800"}', /^its stream is neither/],
])("refuses %s", (line, message) => {
  const parse = () => parseEventLine(line, { type: undefined, streamKey: undefined });
  expect(parse).toThrow(message);
});

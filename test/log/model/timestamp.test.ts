import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addSeconds,
  compareTimestamps,
  isTimestamp,
  maxTimestamp,
  minTimestamp,
  type Timestamp,
  timestampFromSeconds,
  timestampToSeconds,
} from "../../../src/log/model/timestamp.js";
import { timestampFromBytes, timestampToBytes } from "../../../src/log/model/timestamp-bytes.js";
import {
  timestampFromDate,
  timestampFromIso,
  timestampToDate,
  timestampToIso,
} from "../../../src/log/model/timestamp-date.js";
import { propertyOptions } from "../../support/property-options.js";

const micros = fc.oneof(fc.constantFrom(0, 1, 999_999), fc.nat(999_999));
const near = fc.bigInt(-3n, 3n);
const seconds = fc.oneof(near, fc.bigInt(minTimestamp.seconds, maxTimestamp.seconds));
const timestamps: fc.Arbitrary<Timestamp> = fc.record({ seconds, micros });
/** Those which dates can express. */
const dated: fc.Arbitrary<Timestamp> = fc.record({
  seconds: fc.oneof(near, fc.bigInt(-8_640_000_000_000n, 8_639_999_999_999n)),
  micros,
});

const total = ({ seconds, micros }: Timestamp) => seconds * 1_000_000n + BigInt(micros);
const at = (seconds: bigint | number, micros = 0) => ({ seconds: BigInt(seconds), micros });
const outOfRange = expect.objectContaining({ code: "timestamp_out_of_range" });
const invalid = expect.objectContaining({ code: "timestamp_invalid" });

describe("timestamps", () => {
  it("have one order as values, as bytes and as microseconds", () => {
    fc.assert(
      fc.property(timestamps, timestamps, (a, b) => {
        const expected = total(a) < total(b) ? -1 : total(a) > total(b) ? 1 : 0;
        expect(Math.sign(compareTimestamps(a, b))).toBe(expected);
        expect(Buffer.compare(timestampToBytes(a), timestampToBytes(b))).toBe(expected);
      }),
      propertyOptions(1_000),
    );
  });

  it("survive being bytes, which may be part of others", () => {
    fc.assert(
      fc.property(timestamps, (timestamp) => {
        const bytes = timestampToBytes(timestamp);
        expect(bytes.length).toBe(12);
        const within = new Uint8Array([1, 2, 3, ...bytes, 4]).subarray(3, 15);
        expect(timestampFromBytes(within)).toEqual(timestamp);
      }),
      propertyOptions(500),
    );
  });

  it("survive being text, if dates reach that far", () => {
    fc.assert(
      fc.property(dated, (timestamp) => {
        expect(timestampFromIso(timestampToIso(timestamp))).toEqual(timestamp);
      }),
      propertyOptions(500),
    );
  });

  it("survive being a number of seconds while that is precise", () => {
    const precise = fc.record({ seconds: fc.bigInt(-(2n ** 32n), 2n ** 32n), micros });
    fc.assert(
      fc.property(precise, (timestamp) => {
        expect(timestampFromSeconds(timestampToSeconds(timestamp))).toEqual(timestamp);
      }),
      propertyOptions(1_000),
    );
  });

  it("become the date in whose millisecond they are, and come from any", () => {
    fc.assert(
      fc.property(dated, fc.integer({ min: -8.64e15, max: 8.64e15 }), (timestamp, ms) => {
        const inMs = timestampToDate(timestamp).getTime();
        const sinceMs = total(timestamp) - BigInt(inMs) * 1_000n;
        expect(sinceMs >= 0n && sinceMs < 1_000n).toBe(true);
        const made = timestampFromDate(new Date(ms));
        expect(isTimestamp(made)).toBe(true);
        expect(total(made)).toBe(BigInt(ms) * 1_000n);
      }),
      propertyOptions(500),
    );
  });

  it("are later by as many microseconds as were added", () => {
    const whole = fc.integer({ min: -(10 ** 9), max: 10 ** 9 });
    // A number of seconds of this size is precise to less than a microsecond.
    fc.assert(
      fc.property(dated, whole, fc.integer({ min: -999_999, max: 999_999 }), (t, s, us) => {
        const delta = (s * 1_000_000 + us) / 1_000_000;
        const sum = addSeconds(t, delta);
        expect(isTimestamp(sum)).toBe(true);
        expect(total(sum) - total(t)).toBe(BigInt(s) * 1_000_000n + BigInt(us));
        expect(addSeconds(sum, -delta)).toEqual(t);
      }),
      propertyOptions(1_000),
    );
  });

  it("round halves of a microsecond to the even one", () => {
    // These are halves exactly: 2^-7 seconds are 7812.5 microseconds.
    expect(timestampFromSeconds(1 / 128)).toEqual(at(0, 7_812));
    expect(timestampFromSeconds(3 / 128)).toEqual(at(0, 23_438));
    expect(timestampFromSeconds(-1 / 128)).toEqual(at(-1, 992_188));
    expect(addSeconds(at(0), 1 / 128)).toEqual(at(0, 7_812));
    expect(addSeconds(at(0), -1 / 128)).toEqual(at(-1, 992_188));
    expect(addSeconds(at(0), -3 / 128)).toEqual(at(-1, 976_562));
  });

  it("end with 64 bits of seconds", () => {
    expect(addSeconds(at(2n ** 63n - 2n), 1)).toEqual(at(2n ** 63n - 1n));
    expect(() => addSeconds(maxTimestamp, 1e-6)).toThrow(outOfRange);
    expect(() => addSeconds(maxTimestamp, 1)).toThrow(outOfRange);
    expect(() => addSeconds(minTimestamp, -1e-6)).toThrow(outOfRange);
    expect(timestampFromSeconds(-(2 ** 63))).toEqual(minTimestamp);
    for (const seconds of [2 ** 63, -(2 ** 63) - 2048, 1e300, Number.NaN, -Infinity, Infinity]) {
      expect(() => timestampFromSeconds(seconds), String(seconds)).toThrow(outOfRange);
      expect(() => addSeconds(at(0), seconds < 0 ? seconds - 1 : seconds)).toThrow(outOfRange);
    }
  });

  it("beyond the range of dates have neither date nor text", () => {
    const last = at(8_640_000_000_000n);
    expect(timestampToDate(last)).toEqual(new Date(8.64e15));
    expect(timestampToIso(last)).toBe("+275760-09-13T00:00:00.000000Z");
    expect(timestampToIso(at(-62_167_219_201n, 5))).toBe("-000001-12-31T23:59:59.000005Z");
    for (const far of [at(8_640_000_000_001n), at(-8_640_000_000_001n), minTimestamp]) {
      expect(() => timestampToDate(far)).toThrow(outOfRange);
      expect(() => timestampToIso(far)).toThrow(outOfRange);
    }
  });

  it.each([
    ["2026-11-21T15:04:05Z", at(1_795_273_445)],
    ["2026-11-21T15:04:05.5Z", at(1_795_273_445, 500_000)],
    ["2026-11-21T15:04:05.123456999Z", at(1_795_273_445, 123_456)],
    ["2026-11-21T16:04:05.000001+01:00", at(1_795_273_445, 1)],
    ["2026-11-21T11:34:05-03:30", at(1_795_273_445)],
    ["1969-12-31T23:59:59.75+00:00", at(-1, 750_000)],
    ["2024-02-29T00:00:00Z", at(1_709_164_800)],
  ])("are made of the text %s", (text, expected) => {
    expect(timestampFromIso(text)).toEqual(expected);
  });

  it.each([
    "",
    "2026-11-21",
    "2026-11-21T15:04Z",
    "2026-11-21T15:04:05",
    "2026-11-21 15:04:05Z",
    "2026-11-21T15:04:05.Z",
    "2026-11-21T15:04:05.1234567890Z",
    "2026-11-21T15:04:05+24:00",
    "2026-11-21T15:04:05+01:60",
    "2026-11-21T15:04:05+0100",
    "2026-11-21T24:00:00Z",
    "2026-11-21T15:60:00Z",
    "2026-11-21T15:04:60Z",
    "2026-13-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "-000000-01-01T00:00:00Z",
    "1795273445",
    "2026-11-21T15:04:05Z\n",
  ])("are not made of the text %j", (text) => {
    expect(() => timestampFromIso(text)).toThrow(invalid);
  });

  it("are not made of an invalid date, nor of wrong bytes", () => {
    expect(() => timestampFromDate(new Date(Number.NaN))).toThrow(invalid);
    expect(() => timestampFromBytes(new Uint8Array(11))).toThrow(invalid);
    expect(() => timestampFromBytes(new Uint8Array(13))).toThrow(invalid);
    const bytes = timestampToBytes(maxTimestamp);
    bytes[11]!++;
    expect(() => timestampFromBytes(bytes)).toThrow(invalid);
  });

  it.each([
    null,
    undefined,
    0,
    {},
    { seconds: 0, micros: 0 },
    { seconds: 0n },
    at(0, -1),
    at(0, 1_000_000),
    at(0, 0.5),
    at(0, Number.NaN),
    at(2n ** 63n),
    at(-(2n ** 63n) - 1n),
  ])("are told from other values: case %#", (value) => {
    expect(isTimestamp(value)).toBe(false);
    expect(() => timestampToBytes(value as Timestamp)).toThrow(invalid);
  });

  it("are valid from the first to the last", () => {
    expect([minTimestamp, maxTimestamp, at(0)].map(isTimestamp)).toEqual([true, true, true]);
  });
});

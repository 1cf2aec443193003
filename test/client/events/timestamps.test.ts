import fc from "fast-check";
import { expect, test } from "vitest";
import { timestampFromDate, timestampToDate } from "../../../src/client/events/timestamps.js";
import * as log from "../../../src/log/model/timestamp-date.js";
import { propertyOptions } from "../../support/property-options.js";

const timestamp = fc.record({
  seconds: fc.bigInt({ min: -8_640_000_000_000n, max: 8_639_999_999_999n }),
  micros: fc.integer({ min: 0, max: 999_999 }),
});

test("dates and timestamps are what they are in process", () => {
  fc.assert(
    fc.property(timestamp, (value) => {
      const date = timestampToDate(value);
      expect(date).toEqual(log.timestampToDate(value));
      expect(timestampFromDate(date)).toEqual(log.timestampFromDate(date));
    }),
    propertyOptions(500),
  );
});

test("a timestamp that no date reaches is an invalid date", () => {
  expect(timestampToDate({ seconds: 2n ** 62n, micros: 0 }).getTime()).toBeNaN();
  expect(() => timestampFromDate(new Date(Number.NaN))).toThrow(RangeError);
});

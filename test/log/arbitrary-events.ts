import fc from "fast-check";
import type { NewEvent } from "../../src/log/model/event.js";
import type { QueryType } from "../../src/log/model/query-type.js";
import type { Timestamp } from "../../src/log/model/timestamp.js";

/** A type of up to three segments, of an alphabet of three. */
export const type = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 });

export const queryType: fc.Arbitrary<QueryType> = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "c", "?"), { maxLength: 3 }), fc.boolean())
  .map(([segments, rest]) => (rest ? [...segments, "*"] : segments));

export const types = fc.option(fc.array(queryType, { maxLength: 3 }), { nil: undefined });

/** Of few, so that many are the same. */
export const time: fc.Arbitrary<Timestamp> = fc.record({
  seconds: fc.bigInt({ min: 90n, max: 110n }),
  micros: fc.constantFrom(0, 500_000, 999_999),
});

export const maybeTime = fc.option(time, { nil: undefined });

export const newEvent: fc.Arbitrary<NewEvent> = fc.record({
  type,
  sourceTimestamp: maybeTime,
  streamKey: fc.option(fc.constantFrom("s", "t"), { nil: undefined }),
  payload: fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }).map((json) => ({ json: json as never })),
    fc.uint8Array({ maxLength: 9 }).map((data) => ({ binary: { type: "x", data } })),
  ),
});

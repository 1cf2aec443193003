import { describe, expect, it } from "vitest";
import {
  duration,
  fromInput,
  hourOfYear,
  moment,
  quantity,
  timeLabels,
  toInput,
} from "../../../examples/sensor-log/web/format.ts";
import { withHoles } from "../../../examples/sensor-log/web/points.ts";
import { readingOf } from "../../../examples/sensor-log/web/reading.ts";
import { Tail } from "../../../examples/sensor-log/web/tail.ts";
import {
  fittingLengths,
  neighbour,
  ofLength,
  wholeMinutes,
} from "../../../examples/sensor-log/web/time-range.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

describe("readings", () => {
  const event = {
    id: { server: 1, session: 7, instance: 2 },
    type: ["earthquakes", "ci", "magnitude"],
    timestamp: { seconds: 9n, micros: 0 },
    sourceTimestamp: { seconds: 5n, micros: 250_000 },
  };

  it("are events with a number and a time of their own", () => {
    const payload = { json: { value: 2.5, place: "Castaic", depthKm: 3, hour: 4 } };
    expect(readingOf({ ...event, payload, stream: { key: "s", version: 3 } })).toEqual({
      id: "1/7/2",
      type: event.type,
      atMs: 5_250,
      value: 2.5,
      place: "Castaic",
      hour: undefined,
      version: 3,
    });
  });

  it.each([
    {},
    { payload: { json: null } },
    { payload: { json: 5 } },
    { payload: { json: [5] } },
    { payload: { json: { value: "5" } } },
    { payload: { binary: { type: "", data: new Uint8Array() } } },
    { payload: { json: { value: 5 } }, sourceTimestamp: undefined },
  ])("are not %j", (rest) => {
    expect(readingOf({ ...event, ...rest })).toBeUndefined();
  });
});

describe("the tail", () => {
  const reading = (version: number | undefined, atMs = (version ?? 0) * 500, measure = "wind") => ({
    id: `1/${version}/1`,
    type: ["simulated", "seattle", measure],
    atMs,
    value: atMs,
    version,
  });
  const tailOf = (...versions: number[]) => {
    const tail = new Tail();
    for (const version of versions) tail.add([reading(version)]);
    return tail;
  };
  const counts = ({ count, missing, twice }: Tail) => ({ count, missing, twice });

  it.each([
    { versions: [5, 6, 7], missing: 0, twice: 0 },
    { versions: [5, 8, 9], missing: 2, twice: 0 },
    { versions: [5, 6, 6, 5, 7], missing: 0, twice: 2 },
    { versions: [5, 9, 6, 10], missing: 3, twice: 1 },
  ])("counts what is missing and what comes twice: $versions", ({ versions, missing, twice }) => {
    expect(counts(tailOf(...versions))).toEqual({ count: versions.length, missing, twice });
  });

  it("shows a quarter of its two minutes at first, and then what there is", () => {
    const tail = tailOf(0);
    expect(tail.window).toEqual({ fromMs: -30_000, toMs: 0 });
    tail.add([reading(1, 50_000)]);
    expect(tail.window).toEqual({ fromMs: 0, toMs: 50_000 });
    tail.add([reading(2, 300_000)]);
    expect(tail.window).toEqual({ fromMs: 180_000, toMs: 300_000 });
    expect(tail.points("wind").map(({ atMs }) => atMs)).toEqual([300_000]);
  });

  it("keeps measures apart, and points in order when the clock was set back", () => {
    const tail = new Tail();
    tail.add([reading(1, 1_000), reading(2, 1_000, "pressure"), reading(3, 9_000)]);
    tail.add([reading(4, 8_000), reading(5, 8_500), reading(6, 8_500, "pressure")]);
    expect(tail.points("wind").map(({ atMs }) => atMs)).toEqual([1_000, 8_000, 8_500]);
    expect(tail.lastOf("pressure")?.version).toBe(6);
    expect(tail.lastOf("temperature")).toBeUndefined();
  });

  it("keeps a bounded number of readings, and forgets all of them", () => {
    const tail = new Tail();
    tail.add(Array.from({ length: 5_000 }, (_, i) => reading(i + 1, 1_000)));
    expect(tail.points("wind")).toHaveLength(1_500);
    expect(counts(tail)).toEqual({ count: 5_000, missing: 0, twice: 0 });
    tail.clear();
    expect([tail.isEmpty, tail.last]).toEqual([true, undefined]);
    tail.add([reading(1)]);
    expect(counts(tail)).toEqual({ count: 1, missing: 0, twice: 0 });
  });
});

describe("holes", () => {
  const at = (...times: number[]) => times.map((atMs) => ({ atMs, value: 1 }));

  it("are where the next point is much further away than usual", () => {
    const points = at(0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 19);
    expect(withHoles(points).map(({ atMs, value }) => value ?? `hole at ${atMs}`)).toEqual([
      ...[1, 1, 1, 1, 1, 1, 1, 1, "hole at 8", 1, 1, 1],
    ]);
  });

  it("are not among a few points, nor among those of many sensors", () => {
    for (const points of [at(), at(5), at(0, 1, 2, 99), at(0, 0, 0, 0, 0, 1, 1, 1, 1, 1)]) {
      expect(withHoles(points)).toEqual(points);
    }
  });
});

describe("ranges", () => {
  const record = { fromMs: 0, toMs: 100 * dayMs };

  it("have the lengths that show a part of the record, and not next to nothing", () => {
    expect(fittingLengths(record).map(({ name }) => name)).toEqual(["Month", "Week", "Day"]);
    expect(fittingLengths({ fromMs: 0, toMs: 60 * minuteMs }).map(({ name }) => name)).toEqual([
      "10 min",
    ]);
    expect(fittingLengths({ fromMs: 5, toMs: 5 })).toEqual([]);
  });

  it.each([
    { what: "with the same end", range: [10, 50], expected: [43, 50] },
    { what: "in the record, when it ends behind it", range: [10, 500], expected: [93, 100] },
    { what: "in the record, when it ends before it", range: [-9, -5], expected: [0, 7] },
  ])("get another length: $what", ({ range, expected }) => {
    const days = ([from, to]: number[]) => ({ fromMs: from! * dayMs, toMs: to! * dayMs });
    expect(ofLength(days(range), 7 * dayMs, record)).toEqual(days(expected));
  });

  it("have neighbours, and whole minutes", () => {
    expect(neighbour({ fromMs: 5, toMs: 8 }, -1)).toEqual({ fromMs: 2, toMs: 5 });
    expect(neighbour({ fromMs: 5, toMs: 8 }, 1)).toEqual({ fromMs: 8, toMs: 11 });
    expect(wholeMinutes({ fromMs: minuteMs, toMs: 2 * minuteMs })).toEqual({
      fromMs: minuteMs,
      toMs: 2 * minuteMs,
    });
    expect(wholeMinutes({ fromMs: minuteMs - 1, toMs: minuteMs + 1 })).toEqual({
      fromMs: 0,
      toMs: 2 * minuteMs,
    });
    const { fromMs, toMs } = wholeMinutes({ fromMs: -1e300, toMs: 1e300 });
    expect([fromMs, toMs].map(toInput)).toEqual(["0001-01-01T00:00", "9999-12-31T23:59"]);
  });
});

describe("texts", () => {
  const labels = (stepMs: number, ...times: string[]) => timeLabels(times.map(Date.parse), stepMs);

  it("of a time axis are as exact as its step", () => {
    expect(labels(365 * dayMs, "2012-01-01Z", "2013-01-01Z")).toEqual(["2012", "2013"]);
    expect(labels(30 * dayMs, "2012-11-01Z", "2012-12-01Z", "2013-01-01Z")).toEqual([
      "Nov 2012",
      "Dec",
      "Jan 2013",
    ]);
    expect(labels(dayMs / 2, "2018-02-01Z", "2018-02-01T12:00Z")).toEqual(["1 Feb", "12:00"]);
    expect(labels(10_000, "2018-02-01T12:00:10Z")).toEqual(["12:00:10"]);
  });

  it("say times in UTC", () => {
    const ms = Date.parse("2012-08-16T14:30:05Z");
    expect(moment(ms)).toBe("16 Aug 2012, 14:30:05");
    expect(moment(Date.parse("2012-08-16Z"))).toBe("16 Aug 2012");
    expect(hourOfYear("03-14T15:00")).toBe("14 Mar, 15:00");
    expect(hourOfYear("soon")).toBe("soon");
    expect(toInput(ms)).toBe("2012-08-16T14:30");
    expect(fromInput("2012-08-16T14:30")).toBe(Date.parse("2012-08-16T14:30:00Z"));
    expect(fromInput("")).toBeUndefined();
  });

  it("say values and durations", () => {
    expect([4, 3.384, -1_016.5].map(quantity("hPa"))).toEqual([
      { number: "4.0", unit: "hPa" },
      { number: "3.38", unit: "hPa" },
      { number: "-1,016.5", unit: "hPa" },
    ]);
    expect([0.4, 999, 3_449, 11_600].map(duration)).toEqual([
      "0\u202fms",
      "999\u202fms",
      "3.4\u202fs",
      "12\u202fs",
    ]);
  });
});

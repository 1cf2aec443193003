import { describe, expect, it } from "vitest";
import {
  addSeconds,
  compareTimestamps,
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
import { readVectors, timestampOf, type VectorTimestamp } from "../vectors.js";

interface Row {
  readonly kind: string;
  readonly t: VectorTimestamp;
  readonly t1: VectorTimestamp;
  readonly t2: VectorTimestamp;
  readonly cmp: number;
  readonly seconds: number;
  readonly result: VectorTimestamp;
  readonly hex: string;
  readonly float: number;
  readonly abs_tol: number;
  readonly rel_tol: number;
  readonly iso_utc: string;
}

const checks: Record<string, (row: Row) => void> = {
  compare({ t1, t2, cmp }) {
    expect(Math.sign(compareTimestamps(timestampOf(t1), timestampOf(t2)))).toBe(cmp);
  },
  add({ t, seconds, result }) {
    expect(addSeconds(timestampOf(t), seconds)).toEqual(timestampOf(result));
  },
  bytes({ t, hex }) {
    expect(Buffer.from(timestampToBytes(timestampOf(t))).toString("hex")).toBe(hex);
    expect(timestampFromBytes(Buffer.from(hex, "hex"))).toEqual(timestampOf(t));
  },
  from_float({ t, float }) {
    expect(timestampFromSeconds(float)).toEqual(timestampOf(t));
  },
  to_float({ t, float, abs_tol, rel_tol }) {
    const error = Math.abs(timestampToSeconds(timestampOf(t)) - float);
    expect(error).toBeLessThanOrEqual(Math.max(abs_tol, rel_tol * Math.abs(float)));
  },
  datetime({ t, iso_utc }) {
    const timestamp = timestampOf(t);
    expect(timestampToIso(timestamp)).toBe(iso_utc);
    expect(timestampFromIso(iso_utc)).toEqual(timestamp);
    const micros = timestamp.micros - (timestamp.micros % 1000);
    expect(timestampFromDate(new Date(iso_utc))).toEqual({ ...timestamp, micros });
    expect(timestampToDate(timestamp)).toEqual(new Date(iso_utc));
  },
  roundtrip({ t }) {
    const timestamp = timestampOf(t);
    expect(timestampFromBytes(timestampToBytes(timestamp))).toEqual(timestamp);
    expect(timestampFromIso(timestampToIso(timestamp))).toEqual(timestamp);
  },
};

const rows = readVectors<Row>("timestamps");

describe("timestamps of the vectors", () => {
  it.each(Object.keys(checks))("%s", (kind) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    expect(ofKind.length).toBeGreaterThan(0);
    for (const row of ofKind) checks[kind]?.(row);
  });

  it("are all of these kinds", () => {
    expect(rows.length).toBe(112);
    expect(rows.filter(({ kind }) => checks[kind] === undefined)).toEqual([]);
  });
});

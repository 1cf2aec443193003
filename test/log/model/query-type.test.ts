import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventType } from "../../../src/log/model/event.js";
import {
  checkQueryType,
  matchesQueryType,
  parseQueryType,
  type QueryType,
} from "../../../src/log/model/query-type.js";
import { Subscription } from "../../../src/log/model/subscription.js";
import { propertyOptions } from "../../support/property-options.js";
import { readVectorFile, readVectors } from "../vectors.js";
import { queryTypes, types } from "./arbitrary-types.js";

const invalid = expect.objectContaining({ code: "query_type_invalid" });

/** The definition, one segment at a time. */
function matchesNaively([segment, ...type]: EventType, [query, ...rest]: QueryType): boolean {
  if (query === "*") return true;
  if (segment === undefined || query === undefined) return segment === query;
  return (query === "?" || query === segment) && matchesNaively(type, rest);
}

describe("query types", () => {
  it("match what the vectors say", () => {
    const rows = readVectors<{ event_type: string[]; query_type: string[]; match: boolean }>(
      "matches_query_type",
    );
    expect(rows.length).toBe(30);
    for (const { event_type, query_type, match } of rows) {
      expect(matchesQueryType(event_type, query_type), JSON.stringify(query_type)).toBe(match);
    }
  });

  it("match exactly what the exhaustive vectors say, alone and as a subscription", () => {
    const file = readVectorFile<{
      event_types: string[][];
      checks: number;
      vectors: { query_type: string[]; matching: string[][] }[];
    }>("generated/matches_exhaustive");
    let checks = 0;
    for (const { query_type, matching } of file.vectors) {
      const matches = (type: EventType) => {
        checks++;
        return matchesQueryType(type, query_type);
      };
      expect(file.event_types.filter(matches)).toEqual(matching);
      const subscription = Subscription.of([query_type]);
      expect(file.event_types.filter((type) => subscription.matches(type))).toEqual(matching);
    }
    expect(checks).toBe(file.checks);
  });

  it("match what their definition says", () => {
    fc.assert(
      fc.property(types, queryTypes, (type, queryType) => {
        expect(matchesQueryType(type, queryType)).toBe(matchesNaively(type, queryType));
      }),
      propertyOptions(2_000),
    );
  });

  it.each([
    [[]],
    [["*"]],
    [["?", "?", "*"]],
    [["", "*"]],
    [Array.from({ length: 64 }, () => "a")],
    [[...Array.from({ length: 64 }, () => "?"), "*"]],
    [["a".repeat(1_024), "*"]],
  ])("may be these: case %#", (queryType) => {
    expect(checkQueryType(queryType)).toBeUndefined();
  });

  it.each([
    [["*", "a"], 'has "*" before its end'],
    [["*", "*"], 'has "*" before its end'],
    [["a", "*", "?"], 'has "*" before its end'],
    [["a*"], '"a*"'],
    [["a", "b?", "*"], '"b?"'],
    [["??"], '"??"'],
    [["**"], '"**"'],
    [["a/b"], '"a/b"'],
    ["*", "is no list"],
    [undefined, "is no list"],
    [["a", 1], "no string as segment 1"],
    [[["a"]], "no string as segment 0"],
    [["\ud800", "*"], "half a surrogate pair"],
    [Array.from({ length: 65 }, () => "a"), "maxSegments"],
    [["a".repeat(1_025)], "maxBytes"],
  ])("may not be these: case %#", (queryType, text) => {
    expect(() => checkQueryType(queryType)).toThrow(invalid);
    expect(() => checkQueryType(queryType)).toThrow(text);
  });

  it("are written like event types", () => {
    expect(parseQueryType("a/?/*")).toEqual(["a", "?", "*"]);
    expect(parseQueryType("")).toEqual([]);
    expect(parseQueryType("/")).toEqual(["", ""]);
    expect(() => parseQueryType("a/*/b")).toThrow(invalid);
    expect(() => parseQueryType("a/b/c", { maxSegments: 2 })).toThrow(invalid);
  });
});

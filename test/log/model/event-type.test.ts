import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkEventType,
  formatEventType,
  parseEventType,
} from "../../../src/log/model/event-type.js";
import { propertyOptions } from "../../support/property-options.js";

const invalid = expect.objectContaining({ code: "event_type_invalid" });
const segment = fc.string({ unit: "binary", maxLength: 4 }).filter((text) => !/[?*/]/.test(text));

describe("event types", () => {
  it.each([
    [[]],
    [[""]],
    [["", ""]],
    [["a", "b c", "ä", "😀", "\n"]],
    [Array.from({ length: 64 }, () => "a")],
    [["a".repeat(1_024)]],
    [["é".repeat(512)]],
    [["€".repeat(341), ""]],
    [["😀".repeat(256)]],
  ])("are lists of segments within the limits: case %#", (type) => {
    checkEventType(type);
    expect(new TextEncoder().encode(formatEventType(type)).length).toBeLessThanOrEqual(1_024);
  });

  it.each([
    ["a/b", "is no list"],
    [null, "is no list"],
    [{ 0: "a", length: 1 }, "is no list"],
    [["a", 1], "no string as segment 1"],
    [["a", undefined], "no string as segment 1"],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about.
    [["a", , "b"], "no string as segment 1"],
    [["a", ["b"]], "no string as segment 1"],
    [["a", "\ud800"], "half a surrogate pair in segment 1"],
    [["\udc00\ud800"], "half a surrogate pair in segment 0"],
    [["?"], '"?"'],
    [["*"], '"*"'],
    [["a", "b*"], '"b*"'],
    [["what?"], '"what?"'],
    [["a/b"], '"a/b"'],
    [["a", "/"], '"/"'],
    [[`${"x".repeat(100)}?`], `"${"x".repeat(40)}…"`],
    [Array.from({ length: 65 }, () => ""), "has 65 segments, more than 64 (maxSegments)"],
    [["a".repeat(1_025)], "has 1025 bytes, more than 1024 (maxBytes)"],
    [["a".repeat(1_024), ""], "has 1025 bytes"],
    [["é".repeat(512), "a"], "has 1026 bytes"],
    [["€".repeat(342)], "has 1026 bytes"],
    [["😀".repeat(256), ""], "has 1025 bytes"],
  ])("are nothing else: case %#", (type, text) => {
    expect(() => checkEventType(type)).toThrow(invalid);
    expect(() => checkEventType(type)).toThrow(text);
  });

  it("may have other limits", () => {
    checkEventType(["a", "b"], { maxSegments: 2, maxBytes: 3 });
    expect(() => checkEventType(["a", "b"], { maxSegments: 1 })).toThrow(invalid);
    expect(() => checkEventType(["a", "b"], { maxBytes: 2 })).toThrow(invalid);
    expect(() => parseEventType("a/b", { maxBytes: 2 })).toThrow(invalid);
  });

  it("are as long as their text is in UTF-8", () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (type) => {
        const maxBytes = new TextEncoder().encode(formatEventType(type)).length;
        checkEventType(type, { maxBytes });
        expect(() => checkEventType(type, { maxBytes: maxBytes - 1 })).toThrow(invalid);
      }),
      propertyOptions(300),
    );
  });

  it("survive being text, all but one", () => {
    expect(parseEventType("plant/line1/temp")).toEqual(["plant", "line1", "temp"]);
    expect(parseEventType("/a//")).toEqual(["", "a", "", ""]);
    expect(parseEventType("")).toEqual([]);
    expect(formatEventType([""])).toBe("");
    expect(() => parseEventType("a/?")).toThrow(invalid);
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (type) => {
        fc.pre(type.length !== 1 || type[0] !== "");
        expect(parseEventType(formatEventType(type))).toEqual(type);
      }),
      propertyOptions(300),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../../../src/errors.js";
import { findConditionMistakes } from "../../../src/log/model/check-conditions.js";
import type { Condition, ConditionRule } from "../../../src/log/model/condition.js";
import { compileConditions } from "../../../src/log/model/conditions.js";
import type { EventType, JsonValue, Payload } from "../../../src/log/model/event.js";
import type { JsonPath } from "../../../src/log/model/json-path.js";
import { type JsonType, jsonTypes } from "../../../src/log/model/json-value.js";
import { matchesQueryType, type QueryType } from "../../../src/log/model/query-type.js";
import { propertyOptions } from "../../support/property-options.js";
import { readVectors } from "../vectors.js";
import { queryTypes, types } from "./arbitrary-types.js";

interface VectorCondition {
  readonly type: "all" | "any" | "json";
  readonly conditions?: readonly VectorCondition[];
  readonly data_path?: JsonPath;
  readonly data_type?: JsonType;
  readonly data_value?: JsonValue;
}

interface VectorEvent {
  readonly type: EventType;
  readonly payload:
    | { readonly json: JsonValue }
    | { readonly binary: { readonly type: string; readonly data_hex: string } }
    | null;
}

interface Row {
  readonly conditions: { subscriptions: readonly QueryType[]; condition: VectorCondition }[];
  readonly matching: readonly VectorEvent[];
  readonly not_matching: readonly VectorEvent[];
}

function conditionOf(vector: VectorCondition): Condition {
  if (vector.type !== "json") {
    return { type: vector.type, conditions: (vector.conditions ?? []).map(conditionOf) };
  }
  return {
    type: "json",
    ...("data_path" in vector && { path: vector.data_path }),
    ...("data_type" in vector && { dataType: vector.data_type }),
    ...("data_value" in vector && { value: vector.data_value }),
  };
}

function payloadOf({ payload }: VectorEvent): Payload | undefined {
  if (payload === null) return undefined;
  if ("json" in payload) return payload;
  const { type, data_hex } = payload.binary;
  return { binary: { type, data: Buffer.from(data_hex, "hex") } };
}

/** One rule for all types, and what it says of a JSON payload. */
const passes = (condition: Condition, json: JsonValue) =>
  compileConditions([{ types: [["*"]], condition }]).passes(["a"], { json });

describe("conditions", () => {
  it("pass and fail what the vectors say", () => {
    const rows = readVectors<Row>("conditions");
    let checks = 0;
    for (const row of rows) {
      const conditions = compileConditions(
        row.conditions.map(({ subscriptions, condition }) => ({
          types: subscriptions,
          condition: conditionOf(condition),
        })),
      );
      for (const [events, expected] of [
        [row.matching, true],
        [row.not_matching, false],
      ] as const) {
        for (const event of events) {
          checks++;
          const payload = payloadOf(event);
          expect(conditions.passes(event.type, payload), JSON.stringify(row)).toBe(expected);
          expect(conditions.violated(event.type, payload) === undefined).toBe(expected);
        }
      }
    }
    expect([rows.length, checks]).toEqual([23, 71]);
  });

  it("do not take 1 for true, nor 0 for false, wherever they stand", () => {
    expect(passes({ type: "json", value: true }, 1)).toBe(false);
    expect(passes({ type: "json", value: 1 }, true)).toBe(false);
    expect(passes({ type: "json", value: { a: [0] } }, { a: [false] })).toBe(false);
    expect(passes({ type: "json", value: "1" }, 1)).toBe(false);
    expect(passes({ type: "json", value: null }, 0)).toBe(false);
    expect(passes({ type: "json", value: 0 }, -0)).toBe(true);
  });

  it("compare objects by their own members in any order, and lists in theirs", () => {
    const value = { a: 1, b: { c: [1, 2] } };
    expect(passes({ type: "json", value }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
    expect(passes({ type: "json", value }, { b: { c: [2, 1] }, a: 1 })).toBe(false);
    expect(passes({ type: "json", value }, { a: 1 })).toBe(false);
    expect(passes({ type: "json", value: { a: null } }, { b: null })).toBe(false);
    expect(passes({ type: "json", value: {} }, [])).toBe(false);
    expect(passes({ type: "json", value: [] }, {})).toBe(false);
    expect(passes({ type: "json", value: { toString: 1 } }, { a: 1 })).toBe(false);
    expect(passes({ type: "json", value: { 0: 1 } }, [1])).toBe(false);
    const proto = JSON.parse('{"__proto__": {}}');
    expect(passes({ type: "json", value: proto }, { a: {} })).toBe(false);
    expect(passes({ type: "json", value: proto }, JSON.parse('{"__proto__": {}}'))).toBe(true);
  });

  it("follow paths through own members and list places only", () => {
    const at = (path: JsonPath, json: JsonValue, value: JsonValue) =>
      passes({ type: "json", path, value }, json);
    expect(at("length", [1, 2], null)).toBe(true);
    expect(at("0", ["x"], null)).toBe(true);
    expect(at(0, { 0: "x" }, null)).toBe(true);
    expect(at(0, "x", null)).toBe(true);
    expect(at("constructor", {}, null)).toBe(true);
    expect(at(-3, [1, 2], null)).toBe(true);
    expect(at(-2, [1, 2], 1)).toBe(true);
    expect(at(["a", ["b", [1]]], { a: { b: [0, 5] } }, 5)).toBe(true);
    expect(at("__proto__", JSON.parse('{"__proto__": 3}'), 3)).toBe(true);
  });

  it("name the first rule that is violated, and look only at those for the type", () => {
    const rule = (types: QueryType[], value: JsonValue): ConditionRule => ({
      types,
      condition: { type: "json", value },
    });
    const conditions = compileConditions([
      rule([["b"]], 1),
      rule([["a"], ["a", "*"]], 2),
      rule([["?"]], 3),
      rule([["*"]], 2),
      rule([], 4),
    ]);
    expect(conditions.violated(["a"], { json: 1 })).toBe(1);
    expect(conditions.violated(["a"], { json: 2 })).toBe(2);
    expect(conditions.violated(["b"], { json: 1 })).toBe(2);
    expect(conditions.violated(["x", "y"], { json: 1 })).toBe(3);
    expect(conditions.violated(["x", "y"], { json: 2 })).toBeUndefined();
    expect(conditions.violated(["x", "y"], undefined)).toBe(3);
    expect(compileConditions([]).passes(["a"], undefined)).toBe(true);
  });

  it("do not change with what they were compiled of", () => {
    const value = { a: [1] };
    const path = ["x"];
    const rules = [{ types: [["a"]], condition: { type: "json" as const, path, value } }];
    const conditions = compileConditions(rules);
    value.a.push(2);
    path.push("y");
    rules[0]!.types.push(["b"]);
    rules.length = 0;
    expect(conditions.passes(["a"], { json: { x: { a: [1] } } })).toBe(true);
    expect(conditions.passes(["b"], undefined)).toBe(true);
  });

  it("evaluate like their definition", () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 3 }), types, payloads, (list, type, payload) => {
        const naive = list.map(
          ({ types, condition }) =>
            !types.some((queryType) => matchesQueryType(type, queryType)) ||
            holds(condition, payload),
        );
        const conditions = compileConditions(list);
        expect(conditions.passes(type, payload)).toBe(naive.every(Boolean));
        const first = naive.indexOf(false);
        expect(conditions.violated(type, payload)).toBe(first === -1 ? undefined : first);
      }),
      propertyOptions(3_000),
    );
  });
});

describe("mistakes in conditions", () => {
  it("are all named with their places", () => {
    const rules = [
      { types: [["*", "a"], ["b"], "c"], condition: { type: "json", data_path: "x" } },
      { condition: { type: "some", conditions: [] } },
      { types: [], condition: { type: "all", conditions: [{ type: "json", path: 0.5 }, null] } },
      { types: [], condition: { type: "any" }, name: "d" },
      { types: [], condition: { type: "json", dataType: "integer", value: new Date(0) } },
      "rule",
      { types: Array.from({ length: 10_001 }, () => []), condition: { type: "json" } },
    ];
    const mistakes = findConditionMistakes(rules, {}, "log.conditions");
    expect(mistakes).toEqual([
      'log.conditions[0].types[0] has "*" before its end, it must be the last segment',
      "log.conditions[0].types[2] is no list of segments",
      "log.conditions[0].condition.data_path is unknown, there are type, path, dataType, value",
      "log.conditions[1].types must be a list",
      'log.conditions[1].condition must be an object with the type "all", "any" or "json"',
      "log.conditions[2].condition.conditions[0].path must be a string, a whole number, or a list " +
        "of paths at most 32 deep (maxDepth)",
      'log.conditions[2].condition.conditions[1] must be an object with the type "all", "any" or ' +
        '"json"',
      "log.conditions[3].name is unknown, there are types, condition",
      "log.conditions[3].condition.conditions must be a list",
      "log.conditions[4].condition.dataType must be one of null, boolean, string, number, array, " +
        "object",
      "log.conditions[4].condition.value must be JSON, at most 32 deep (maxDepth)",
      "log.conditions[5] must be an object of types, condition",
      "log.conditions[6].types must be at most 10000",
    ]);
  });

  it("are the text of one coded error", () => {
    const rules = [{ types: "a", condition: { type: "json", path: null } }];
    try {
      compileConditions(rules as never);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SluiceError);
      expect(error).toMatchObject({ code: "conditions_invalid" });
      expect((error as Error).message).toBe(findConditionMistakes(rules).join("; "));
      expect(findConditionMistakes(rules).length).toBe(2);
    }
  });

  it("include what is no list at all, and holes in one", () => {
    expect(findConditionMistakes({})).toEqual(["conditions must be a list"]);
    expect(findConditionMistakes(new Array(1))).toEqual([
      "conditions[0] must be an object of types, condition",
    ]);
    expect(findConditionMistakes([])).toEqual([]);
  });

  it.each<[string, (depth: number) => unknown]>([
    ["conditions", nested((inner) => ({ type: "all", conditions: [inner] }), { type: "json" }, 1)],
    ["a path", (depth) => ({ type: "json", path: nested((path) => [path], "x")(depth) })],
    ["a value", (depth) => ({ type: "json", value: nested((value) => ({ value }), 1)(depth) })],
  ])("include %s nested too deep", (_, conditionOf) => {
    const mistakes = (depth: number, maxDepth?: number) =>
      findConditionMistakes([{ types: [], condition: conditionOf(depth) }], { maxDepth });
    expect(mistakes(32)).toEqual([]);
    expect(mistakes(33)).toEqual([expect.stringContaining("32")]);
    expect(mistakes(4, 4)).toEqual([]);
    expect(mistakes(5, 4)).toEqual([expect.stringContaining("(maxDepth)")]);
    expect(mistakes(10_000).length).toBe(1);
  });

  it("include values and paths that contain themselves", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    const mistakes = findConditionMistakes([
      { types: [], condition: { type: "json", path: loop, value: loop } },
    ]);
    expect(mistakes.length).toBe(2);
  });

  it.each([undefined, () => 1, 1n, Number.NaN, Symbol("a"), new Map(), new Uint8Array(1)])(
    "include a value that JSON cannot express: case %#",
    (value) => {
      const rules = [{ types: [], condition: { type: "json", value: [value] } }];
      expect(findConditionMistakes(rules)).toEqual([expect.stringContaining("value must be JSON")]);
    },
  );
});

/** Makes something nested so many levels deep, of which the innermost is `levels` itself. */
function nested(wrap: (inner: unknown) => unknown, innermost: unknown, levels = 0) {
  return (depth: number) => {
    let value = innermost;
    for (let at = levels; at < depth; at++) value = wrap(value);
    return value;
  };
}

const keys = fc.constantFrom("x", "y", "length");
const { json: jsonValues } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, -1, "", "x"),
    fc.array(tie("json"), { maxLength: 2 }),
    fc.dictionary(keys, tie("json"), { maxKeys: 2 }),
  ),
}));
const { path: paths } = fc.letrec<{ path: JsonPath }>((tie) => ({
  path: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.oneof(keys, fc.integer({ min: -2, max: 2 })),
    fc.array(tie("path"), { maxLength: 2 }),
  ),
}));
const { condition: conditionTrees } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record(
      {
        type: fc.constant("json" as const),
        path: paths,
        dataType: fc.constantFrom(...jsonTypes),
        value: jsonValues,
      },
      { requiredKeys: ["type"] },
    ),
    fc.record({
      type: fc.constantFrom("all" as const, "any" as const),
      conditions: fc.array(tie("condition"), { maxLength: 3 }),
    }),
  ),
}));
const rules: fc.Arbitrary<ConditionRule> = fc.record({
  types: fc.array(queryTypes, { maxLength: 3 }),
  condition: conditionTrees,
});
const payloads: fc.Arbitrary<Payload | undefined> = fc.oneof(
  { weight: 8, arbitrary: jsonValues.map((json) => ({ json })) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant({ binary: { type: "", data: new Uint8Array() } }) },
);

/** The definition of a condition, without preparation. */
function holds(condition: Condition, payload: Payload | undefined): boolean {
  if (condition.type !== "json") {
    const results = condition.conditions.map((inner) => holds(inner, payload));
    return condition.type === "all" ? !results.includes(false) : results.includes(true);
  }
  if (payload === undefined || "binary" in payload) return false;
  const found = walk(payload.json, condition.path ?? []) ?? null;
  if (condition.dataType !== undefined && condition.dataType !== typeOf(found)) return false;
  return !("value" in condition) || canonical(condition.value!) === canonical(found);
}

function walk(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  if (typeof path === "object") return path.reduce<JsonValue | undefined>(walk, value);
  if (typeof path === "number") {
    return Array.isArray(value) ? value[path < 0 ? value.length + path : path] : undefined;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value)).get(path);
}

function typeOf(value: JsonValue): JsonType {
  const text = JSON.stringify(value);
  if (text === "null") return "null";
  if (text === "true" || text === "false") return "boolean";
  return text[0] === '"'
    ? "string"
    : text[0] === "["
      ? "array"
      : text[0] === "{"
        ? "object"
        : "number";
}

/** The text of a value with its members sorted. */
function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

import { describe, expect, test } from "vitest";
import {
  action,
  type EnumValue,
  enumType,
  field,
  map,
  message,
  repeated,
  service,
} from "../../src/index.js";
import { createTestRig } from "../../src/testing/index.js";
import { compile, protoOf } from "./compiling.js";

describe("enums", () => {
  enum Level {
    Low = -1,
    None = 0,
    High = 2,
    // biome-ignore lint/suspicious/noDuplicateEnumValues: an alias
    Top = 2,
  }
  const levelType = enumType("Level", Level, {
    doc: "How much.",
    reserved: [1, [5, 9], "LEVEL_OLD", [-2147483648, -100]],
    values: { Low: { doc: "Not much." }, High: { deprecated: true } },
  });
  const Color = enumType("HTTPColor", { Red: 1, DarkBlue: 2, Unspecified: 0 });
  type Color = EnumValue<typeof Color>;

  @message()
  class Paint {
    @field(1, levelType) level!: Level;
    @field(2, Color) color!: Color;
    @field(3, repeated(Color)) colors!: Color[];
    @field(4, map("bool", levelType)) levels!: Record<string, Level>;
    @field(5, Color, { optional: true }) maybe?: Color;
  }

  @service()
  class Demo {
    @action({ request: Paint, response: Paint })
    echo(paint: Paint) {
      return paint;
    }
  }

  test("have their values prefixed, zero first, with aliases, negatives and what they reserve", () => {
    const text = protoOf(compile(new Demo()));
    expect(text.slice(text.indexOf("// How"))).toBe(
      `
// How much.
enum Level {
  option allow_alias = true;

  reserved 1, 5 to 9, -2147483648 to -100;
  reserved "LEVEL_OLD";

  LEVEL_NONE = 0;

  // Not much.
  LEVEL_LOW = -1;
  LEVEL_HIGH = 2 [deprecated = true];
  LEVEL_TOP = 2;
}

enum HTTPColor {
  HTTP_COLOR_UNSPECIFIED = 0;
  HTTP_COLOR_RED = 1;
  HTTP_COLOR_DARK_BLUE = 2;
}`.trim(),
    );
  });

  test("come through as their numbers, those without a name too", async () => {
    await using rig = await createTestRig({ services: [new Demo()] });
    const paint = {
      level: Level.Low,
      color: Color.DarkBlue,
      colors: [Color.Red, 99 as Color, Color.Unspecified],
      levels: { true: Level.High, false: Level.None },
      maybe: Color.Unspecified,
    };
    expect(await rig.client(Demo).echo(paint)).toEqual(paint);
  });

  test("keep the members of what they are made from, and nothing of TypeScript's", () => {
    expect(Object.keys(Color)).toEqual(["Red", "DarkBlue", "Unspecified"]);
    expect(Color.Red).toBe(1);
    expect(Object.isFrozen(Color)).toBe(true);
  });
});

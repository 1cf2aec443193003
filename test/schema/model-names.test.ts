import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  enumPrefix,
  isProtoPackage,
  jsonName,
  pascalCase,
  protoPath,
  snakeCase,
  upperSnakeCase,
} from "../../src/schema/names.js";

test.each([
  ["name", "name", "Name", "NAME"],
  ["samplingIntervalMs", "sampling_interval_ms", "SamplingIntervalMs", "SAMPLING_INTERVAL_MS"],
  ["userID", "user_id", "UserID", "USER_ID"],
  ["HTTPServer", "http_server", "HTTPServer", "HTTP_SERVER"],
  ["myHTTPServerURL", "my_http_server_url", "MyHTTPServerURL", "MY_HTTP_SERVER_URL"],
  ["x1", "x1", "X1", "X1"],
  ["x1Y2", "x1_y2", "X1Y2", "X1_Y2"],
  ["already_snake_case", "already_snake_case", "AlreadySnakeCase", "ALREADY_SNAKE_CASE"],
  ["UPPER_CASE", "upper_case", "UPPERCASE", "UPPER_CASE"],
  ["_private_", "private", "Private", "PRIVATE"],
  ["with space-and-dash", "with_space_and_dash", "WithSpaceAndDash", "WITH_SPACE_AND_DASH"],
])("%s is %s, %s or %s", (name, snake, pascal, upper) => {
  expect([snakeCase(name), pascalCase(name), upperSnakeCase(name)]).toEqual([snake, pascal, upper]);
});

test.each([
  ["Color", "COLOR"],
  ["HTTPMode", "HTTP_MODE"],
  ["Http2Mode", "HTTP2_MODE"],
  ["Level3D", "LEVEL3D"],
  ["X1Y", "X1Y"],
  ["ABCd1EF", "AB_CD1EF"],
])("values of enum %s begin with %s_, as buf has it", (name, prefix) => {
  expect(enumPrefix(name)).toBe(prefix);
});

test.each([
  ["demo.v1", "demo/v1/demo.proto"],
  ["sluice.events.v1", "sluice/events/v1/events.proto"],
  ["demo.v1beta2", "demo/v1beta2/demo.proto"],
  ["demo.v1alpha", "demo/v1alpha/demo.proto"],
  ["demo.v1test", "demo/v1test/demo.proto"],
  ["demo", "demo/demo.proto"],
  ["demo.video", "demo/video/video.proto"],
  ["v1", "v1/v1.proto"],
])("the file of package %s is %s", (name, path) => {
  expect(protoPath(name)).toBe(path);
});

describe("JSON names", () => {
  test.each([
    ["foo_bar", "fooBar"],
    ["_x", "X"],
    ["a__b_", "aB"],
    ["x_1", "x1"],
    ["Foo_Bar", "FooBar"],
  ])("%s is %s, as protoc has it", (name, json) => {
    expect(jsonName(name)).toBe(json);
  });

  test("of camelCase properties are the properties again", () => {
    const word = fc.stringMatching(/^[a-z]{2,6}[0-9]?$/);
    const camel = fc
      .tuple(word, fc.array(word.map((w) => w.charAt(0).toUpperCase() + w.slice(1))))
      .map(([first, rest]) => [first, ...rest].join(""));
    const property = fc.property(camel, (name) => {
      expect(jsonName(snakeCase(name))).toBe(name);
    });
    fc.assert(property, { seed: process.env.FC_SEED ? Number(process.env.FC_SEED) : undefined });
  });
});

test.each(["", ".", "a.", ".a", "a..b", "1a", "a-b", "a b", "größe.v1"])(
  "%o is no package",
  (name) => {
    expect(isProtoPackage(name)).toBe(false);
  },
);

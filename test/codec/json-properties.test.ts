import {
  createRegistry,
  type DescMessage,
  fromJsonString,
  type Message,
  toJsonString,
} from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { test } from "vitest";
import { compileJson } from "../../src/codec/json.js";
import { drawMessage, drawMessages } from "./arbitrary-messages.js";
import { checkTypes, describeType } from "./check-types.js";
import { mutateJson } from "./mutate-json.js";
import { expectSame, outcomeOf } from "./outcome.js";

const registry = createRegistry(TimestampSchema, DurationSchema);

test.each([
  ["messages are encoded to the same text", 0],
  ["values of wrong types are encoded or refused alike", 10],
])("%s", (_, wrongValues) => {
  checkTypes(
    (draw, desc) => drawMessages(draw, desc, { wrongValues }),
    ({ desc, made }) => {
      for (const options of [{ registry }, { alwaysEmitImplicit: true, prettySpaces: 2 }]) {
        const codec = compileJson(desc, options);
        for (const message of made) {
          const expected = outcomeOf(() => toJsonString(desc, message, options));
          const actual = outcomeOf(() => codec.encode(message));
          expectSame(actual, expected, () => describeType(desc));
        }
      }
    },
  );
});

test("text is decoded or refused alike, whatever became of it", () => {
  checkTypes(
    (draw, desc) => {
      const text = encodable(desc, drawMessage(draw, desc));
      const names = ["a", ...desc.fields.flatMap(({ name, jsonName }) => [name, jsonName])];
      return [text, ...Array.from({ length: 16 }, () => mutateJson(draw, text, names))];
    },
    ({ desc, made }) => {
      for (const options of [{ registry }, { ignoreUnknownFields: true, recursionLimit: 3 }]) {
        const codec = compileJson(desc, options);
        for (const text of made) {
          const expected = outcomeOf(() => fromJsonString(desc, text, options));
          const actual = outcomeOf(() => codec.decode(text));
          expectSame(actual, expected, () => `${describeType(desc)} from ${text}`);
        }
      }
    },
  );
});

/** The JSON of a message, or nothing in it if there is none: times and numbers have limits. */
function encodable(desc: DescMessage, message: Message): string {
  try {
    return toJsonString(desc, message, { registry });
  } catch {
    return "{}";
  }
}

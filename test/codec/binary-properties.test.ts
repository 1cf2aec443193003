import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { test } from "vitest";
import { compileBinary } from "../../src/codec/binary.js";
import { drawMessage, drawMessages } from "./arbitrary-messages.js";
import { checkTypes, describeType } from "./check-types.js";
import { join, mutate } from "./mutate.js";
import { expectSame, outcomeOf } from "./outcome.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test.each([
  ["messages are encoded to the same bytes", 0],
  ["values of wrong types are encoded or refused alike", 10],
])("%s", (_, wrongValues) => {
  checkTypes(
    (draw, desc) => drawMessages(draw, desc, { wrongValues }),
    ({ desc, made }) => {
      const codec = compileBinary(desc);
      for (const message of made) {
        const expected = outcomeOf(() => hex(toBinary(desc, message)));
        const actual = outcomeOf(() => hex(codec.encode(message)));
        expectSame(actual, expected, () => describeType(desc));
      }
    },
  );
});

test("bytes are decoded or refused alike, whatever became of them", () => {
  checkTypes(
    (draw, desc) => {
      const bytes = encodable(desc, drawMessage(draw, desc));
      const twice = join(bytes, encodable(desc, drawMessage(draw, desc)));
      const mutants = Array.from({ length: 16 }, (_, i) => mutate(draw, i < 12 ? bytes : twice));
      return [bytes, twice, ...mutants];
    },
    ({ desc, made }) => {
      for (const readUnknownFields of [true, false]) {
        const options = { readUnknownFields };
        const codec = compileBinary(desc, options);
        for (const bytes of made) {
          const expected = outcomeOf(() => fromBinary(desc, bytes, options));
          const actual = outcomeOf(() => codec.decode(bytes));
          expectSame(actual, expected, () => `${describeType(desc)} from ${hex(bytes)}`);
        }
      }
    },
  );
});

/** The bytes of a message, or none if it lacks what proto2 requires. */
function encodable(desc: DescMessage, message: Message): Uint8Array {
  try {
    return toBinary(desc, message);
  } catch {
    return new Uint8Array();
  }
}

import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { test } from "vitest";
import { compileBinary } from "../../src/codec/binary.js";
import { type Draw, drawing } from "../support/draw.js";
import { drawMessage } from "./arbitrary-messages.js";
import { drawTypes } from "./arbitrary-types.js";
import { join, mutate } from "./mutate.js";
import { expectSame, outcomeOf } from "./outcome.js";

const runs = Number(process.env.FC_RUNS ?? 600);
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);
// Shrinking takes minutes: worth it only for a person who waits for it.
const endOnFailure = process.env.FC_SHRINK === undefined;

/** Random types, each with what `draw` makes of it. */
function typesWith<T>(make: (draw: Draw, desc: DescMessage) => T) {
  return drawing((draw) => {
    const cases = drawTypes(draw).map((desc) => ({ desc, made: make(draw, desc) }));
    return Object.assign(cases, { [fc.toStringMethod]: () => `${cases.length} types` });
  });
}

function describe(desc: DescMessage): string {
  const fields = desc.fields.map((f) => `${f.number}:${f.name}:${f.fieldKind}`);
  return `${desc.typeName} { ${fields.join(", ")} }`;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test.each([
  ["messages are encoded to the same bytes", 0],
  ["values of wrong types are encoded or refused alike", 10],
])("%s", (_, wrongValues) => {
  const property = fc.property(
    typesWith((draw, desc) =>
      Array.from({ length: 4 }, () => drawMessage(draw, desc, { wrongValues })),
    ),
    (cases) => {
      for (const { desc, made } of cases) {
        const codec = compileBinary(desc);
        for (const message of made) {
          const expected = outcomeOf(() => hex(toBinary(desc, message)));
          const actual = outcomeOf(() => hex(codec.encode(message)));
          expectSame(actual, expected, () => describe(desc));
        }
      }
    },
  );
  fc.assert(property, { numRuns: runs, seed, endOnFailure });
});

test("bytes are decoded or refused alike, whatever became of them", () => {
  const property = fc.property(
    typesWith((draw, desc) => {
      const bytes = encodable(desc, drawMessage(draw, desc));
      const other = encodable(desc, drawMessage(draw, desc));
      const twice = join(bytes, other);
      const mutants = Array.from({ length: 16 }, (_, i) => mutate(draw, i < 12 ? bytes : twice));
      return [bytes, twice, ...mutants];
    }),
    (cases) => {
      for (const { desc, made } of cases) {
        for (const readUnknownFields of [true, false]) {
          const options = { readUnknownFields };
          const codec = compileBinary(desc, options);
          for (const bytes of made) {
            const expected = outcomeOf(() => fromBinary(desc, bytes, options));
            const actual = outcomeOf(() => codec.decode(bytes));
            expectSame(actual, expected, () => `${describe(desc)} from ${hex(bytes)}`);
          }
        }
      }
    },
  );
  fc.assert(property, { numRuns: runs, seed, endOnFailure });
});

/** The bytes of a message, or of none if it lacks what proto2 requires. */
function encodable(desc: DescMessage, message: Message): Uint8Array {
  try {
    return toBinary(desc, message);
  } catch {
    return new Uint8Array();
  }
}

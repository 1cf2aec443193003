import type { DescMessage } from "@bufbuild/protobuf";
import fc from "fast-check";
import { type Draw, drawing } from "../support/draw.js";
import { drawTypes } from "./arbitrary-types.js";

export interface TypeCase<T> {
  readonly desc: DescMessage;
  readonly made: T;
}

/** Random message types, each with what `make` makes of it. */
export function typesWith<T>(
  make: (draw: Draw, desc: DescMessage) => T,
): fc.Arbitrary<readonly TypeCase<T>[]> {
  return drawing((draw) => {
    const cases = drawTypes(draw).map((desc) => ({ desc, made: make(draw, desc) }));
    return Object.assign(cases, { [fc.toStringMethod]: () => `${cases.length} types` });
  });
}

export function describeType(desc: DescMessage): string {
  const fields = desc.fields.map((f) => `${f.number}:${f.name}:${f.fieldKind}`);
  return `${desc.typeName} { ${fields.join(", ")} }`;
}

const runs = Number(process.env.FC_RUNS ?? 600);
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);
// Shrinking takes minutes: worth it only for a person who waits for it.
const endOnFailure = process.env.FC_SHRINK === undefined;

/** Checks all types with all that was made of them; a failure prints its seed. */
export function checkTypes<T>(
  make: (draw: Draw, desc: DescMessage) => T,
  check: (type: TypeCase<T>) => void,
): void {
  const property = fc.property(typesWith(make), (cases) => cases.forEach(check));
  fc.assert(property, { numRuns: runs, seed, endOnFailure });
}

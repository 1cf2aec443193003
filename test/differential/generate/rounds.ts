import type { Case } from "../case.js";
import { Random } from "../prng.js";
import { generateCase } from "./cases.js";

/** So many cases are sent at the same time, at most, on one pair of apps. */
const maxBurst = 6;

export interface RoundNumbers {
  readonly seed: number;
  /** The number of the first case, and how far it is to the next. */
  readonly first: number;
  readonly step: number;
  /** All numbers are below this. */
  readonly requests: number;
}

/** Cases of one configuration, alone and in groups that are sent at the same time. */
export function* roundsOf(
  configuration: string,
  { seed, first, step, requests }: RoundNumbers,
): Generator<readonly Case[]> {
  const sizes = new Random(seed, first, 0x726f756e);
  for (let index = first; index < requests; ) {
    const size = sizes.chance(50) ? 1 : 1 + sizes.nat(maxBurst - 1);
    const cases: Case[] = [];
    for (; cases.length < size && index < requests; index += step) {
      cases.push(generateCase(seed, index, configuration));
    }
    yield cases;
  }
}

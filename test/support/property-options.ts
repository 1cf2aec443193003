/**
 * Options of `fc.assert()`: as many runs as FC_RUNS says, `numRuns` without it, from the seed in
 * FC_SEED if there is one. A failure prints its seed.
 */
export function propertyOptions(numRuns: number): { numRuns: number; seed?: number } {
  const { FC_RUNS, FC_SEED } = process.env;
  return {
    numRuns: Number(FC_RUNS ?? numRuns),
    ...(FC_SEED !== undefined && { seed: Number(FC_SEED) }),
  };
}

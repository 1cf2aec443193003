import { describe, expect, it } from "vitest";
import { runCampaign } from "./campaign.js";
import type { Difference } from "./compare.js";
import { roundsOf } from "./generate/rounds.js";
import { Lane } from "./lane.js";
import { type Mutation, reported, unreported } from "./mutations.js";
import { findingText } from "./print.js";

const seed = Number(process.env.FC_SEED ?? 20_261_121);

describe("with and without the fast path", () => {
  it("everything is the same", { timeout: 60_000 }, async () => {
    const report = await runCampaign({ seed, requests: 1_000, maxFindings: 3 });
    expect(report.findings.map(findingText).join("\n")).toBe("");
    expect(report.uncaught).toEqual([]);
  });
});

describe("the comparison reports it when", () => {
  it.each(Object.entries(reported))("%s", { timeout: 60_000 }, async (_, mutation) => {
    const found = await firstDifferences(mutation, 1_500);
    expect(found.map(({ path }) => path).join("\n")).toMatch(mutation.at);
  });
});

describe("the comparison does not report it when", () => {
  it.each(Object.entries(unreported))("%s", { timeout: 60_000 }, async (_, mutation) => {
    expect(await firstDifferences(mutation, 200)).toEqual([]);
  });
});

/** Compares an app with a mutated one until something differs. */
async function firstDifferences(
  mutation: Mutation,
  requests: number,
): Promise<readonly Difference[]> {
  await using lane = await Lane.startMutated(mutation);
  const name = mutation.configuration ?? "default";
  for (const cases of roundsOf(name, { seed, first: 0, step: 1, requests })) {
    const { found } = await lane.compare(cases);
    if (found.length > 0) return found;
  }
  return [];
}

import type { Case } from "./case.js";
import type { Difference } from "./compare.js";
import { configurations } from "./configurations.js";
import { roundsOf } from "./generate/rounds.js";
import { Lane } from "./lane.js";
import { shrink } from "./shrink.js";
import { Statistics } from "./statistics.js";

export interface CampaignOptions {
  readonly seed: number;
  readonly requests: number;
  /** Default: all of them. */
  readonly configurations?: readonly string[];
  /** So many differences are looked into; the rest is counted. Default 10. */
  readonly maxFindings?: number;
}

/** A difference, in the smallest form that was found. */
export interface Finding {
  /** Sent at the same time; a single one unless it takes several. */
  readonly cases: readonly Case[];
  readonly differences: readonly Difference[];
  /** Whether it was seen again when the same was sent once more, on new connections. */
  readonly reproduced: boolean;
}

export interface CampaignReport {
  readonly findings: readonly Finding[];
  /** Rounds with differences, those not looked into included. */
  readonly differing: number;
  readonly requests: number;
  readonly seconds: number;
  readonly statistics: Statistics;
  /** Errors that nobody caught: they would have ended the process of a server. */
  readonly uncaught: readonly string[];
}

const lanesPerConfiguration = 2;

/** Compares two apps over generated cases. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { seed, requests, maxFindings = 10 } = options;
  const names = options.configurations ?? Object.keys(configurations);
  const laneNames = Array.from({ length: lanesPerConfiguration }, () => names).flat();
  const startedAt = performance.now();
  const statistics = new Statistics();
  const findings: Finding[] = [];
  let differing = 0;
  using uncaught = new UncaughtErrors();

  async function runLane(name: string, first: number): Promise<void> {
    await using lane = await Lane.start(name);
    const numbers = { seed, first, step: laneNames.length, requests };
    for (const cases of roundsOf(name, numbers)) {
      const { result, found } = await lane.compare(cases);
      statistics.add(cases, result);
      if (found.length === 0) continue;
      differing++;
      if (findings.length < maxFindings) findings.push(await lookInto(cases, found));
    }
  }

  await Promise.all(laneNames.map(runLane));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { findings, differing, requests, seconds, statistics, uncaught: uncaught.texts };
}

/** Compares single cases, each on a pair of apps of its own. */
export async function compareAlone(
  cases: readonly Case[],
): Promise<{ result: unknown; found: Difference[] }> {
  await using lane = await Lane.start(cases[0]!.configuration);
  return await lane.compare(cases);
}

/** Finds out which of several cases it takes, and what of it. */
async function lookInto(
  cases: readonly Case[],
  differences: readonly Difference[],
): Promise<Finding> {
  await using lane = await Lane.start(cases[0]!.configuration);
  const differ = async (candidates: readonly Case[]): Promise<readonly Difference[]> => {
    lane.reset();
    return (await lane.compare(candidates)).found;
  };
  for (const request of cases) {
    if ((await differ([request])).length === 0) continue;
    const smallest = await shrink(request, async (one) => (await differ([one])).length > 0);
    const again = await differ([smallest]);
    if (again.length > 0) return { cases: [smallest], differences: again, reproduced: true };
  }
  const again = await differ(cases);
  return again.length > 0
    ? { cases, differences: again, reproduced: true }
    : { cases, differences, reproduced: false };
}

/** Gathers what nobody caught for as long as it is in use. */
class UncaughtErrors implements Disposable {
  readonly texts: string[] = [];
  readonly #listener = (error: unknown): void => {
    this.texts.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  constructor() {
    process.on("uncaughtException", this.#listener);
    process.on("unhandledRejection", this.#listener);
  }

  [Symbol.dispose](): void {
    process.off("uncaughtException", this.#listener);
    process.off("unhandledRejection", this.#listener);
  }
}

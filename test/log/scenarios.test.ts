import { afterAll, describe, expect, test } from "vitest";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { playScenario, type Scenario } from "./scenario.js";
import { readVectors } from "./vectors.js";

const files = [
  "backend_scenarios",
  "hat_quirks",
  "generated/backend_fuzz",
  "generated/backend_fuzz_unflushed",
];

/** Rows that cannot be said in our terms at all, and why. */
const inexpressible: Readonly<Record<string, string>> = {
  "partition keeps its data when the same definition is reopened; a new definition starts empty":
    "there are no partitions: a query reads all that is stored, whatever the configuration was",
};

describe.each(files)("%s", (file) => {
  const skipped: string[] = [];

  test.each(readVectors<Scenario>(file))("$name", async (scenario) => {
    const { name } = scenario;
    if (inexpressible[name] !== undefined) {
      skipped.push(`${name}: ${inexpressible[name]}`);
      return;
    }
    let checks = 0;
    const check = (actual: unknown, expected: unknown, step: number) => {
      checks++;
      expect(actual, `step ${step}`).toEqual(expected);
    };
    const skip = (reason: string) => skipped.push(`${name}: ${reason}`);
    await playScenario(scenario, () => new MemoryStorage(), check, skip);
    expect(checks).toBeGreaterThan(0);
  });

  afterAll(() => {
    if (skipped.length > 0) console.info(`not compared in ${file}:\n  ${skipped.join("\n  ")}`);
  });
});

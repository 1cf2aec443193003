import type { CampaignReport, Finding } from "./campaign.js";
import type { Difference } from "./compare.js";

export function printReport(report: CampaignReport): void {
  const { findings, differing, requests, seconds, statistics, uncaught } = report;
  for (const line of statistics.lines) console.log(line);
  for (const finding of findings) printFinding(finding);
  for (const { id, about } of statistics.stuck) console.log(`  stuck: ${id} ${about.join("; ")}`);
  for (const text of uncaught.slice(0, 5)) console.log(`\nuncaught: ${text}`);
  const rate = Math.round(requests / seconds);
  console.log(
    `\n${requests} requests to each side in ${seconds.toFixed(1)} s (${rate}/s): ` +
      `${differing} rounds differ, ${uncaught.length} errors were not caught`,
  );
}

function printFinding({ cases, differences, reproduced }: Finding): void {
  console.log(`\n${cases.map(({ about }) => about.join("; ")).join("\n")}`);
  if (!reproduced) console.log("  (seen once; not when the same was sent again)");
  printDifferences(differences);
  const json = JSON.stringify(cases.length === 1 ? cases[0] : cases);
  console.log(`  again: npm run differential -- --only '${json.replaceAll("'", "\\u0027")}'`);
}

/** The fast path is on the left. */
export function printDifferences(differences: readonly Difference[]): void {
  for (const { path, left, right } of differences) {
    console.log(`  ${path}\n    with:    ${left}\n    without: ${right}`);
  }
}

import type { CampaignReport, Finding } from "./campaign.js";
import type { Difference } from "./compare.js";

export function printReport(report: CampaignReport): void {
  const { findings, differing, requests, seconds, statistics, uncaught } = report;
  for (const line of statistics.lines) console.log(line);
  for (const finding of findings) console.log(`\n${findingText(finding)}`);
  for (const { id, about } of statistics.stuck) console.log(`  stuck: ${id} ${about.join("; ")}`);
  for (const text of uncaught.slice(0, 5)) console.log(`\nuncaught: ${text}`);
  const rate = Math.round(requests / seconds);
  console.log(
    `\n${requests} requests to each side in ${seconds.toFixed(1)} s (${rate}/s): ` +
      `${differing} rounds differ, ${uncaught.length} errors were not caught`,
  );
}

export function findingText({ cases, differences, reproduced }: Finding): string {
  const json = JSON.stringify(cases.length === 1 ? cases[0] : cases);
  return [
    ...cases.map(({ about }) => about.join("; ")),
    ...(reproduced ? [] : ["  (seen once; not when the same was sent again)"]),
    ...differences.map(differenceText),
    `  again: npm run differential -- --only '${json.replaceAll("'", "\\u0027")}'`,
  ].join("\n");
}

/** The fast path is on the left. */
export function differenceText({ path, left, right }: Difference): string {
  return `  ${path}\n    with:    ${left}\n    without: ${right}`;
}

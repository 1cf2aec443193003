/**
 * Sends generated requests to two apps, one with the fast path and one without, and compares all
 * that can be seen of them, on the wire and inside.
 *
 *   npm run differential                           20,000 requests of today's seed
 *   npm run differential -- --requests N --seed S
 *   npm run differential -- --only 1234            the request of this number again (with --seed)
 *   npm run differential -- --only '{…}'           the request, or list of requests, in this JSON
 *   npm run differential -- --configuration cors   one of configurations.ts
 *
 * Exits non-zero if there was any difference. What may differ is listed in known-differences.ts.
 */

import { parseArgs } from "node:util";
import { compareAlone, runCampaign } from "./campaign.js";
import type { Case } from "./case.js";
import { configurations } from "./configurations.js";
import { generateCase } from "./generate/cases.js";
import { differenceText, printReport } from "./print.js";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Math.floor(Date.now() / 86_400_000)) },
    only: { type: "string" },
    configuration: { type: "string" },
  },
});
const seed = Number(values.seed);
const names =
  values.configuration === undefined ? Object.keys(configurations) : [values.configuration];

if (values.only === undefined) {
  const requests = Number(values.requests);
  console.log(`differential: ${requests} requests, --seed ${seed}`);
  const report = await runCampaign({ seed, requests, configurations: names });
  printReport(report);
  process.exitCode = report.differing + report.uncaught.length > 0 ? 1 : 0;
} else {
  const cases = casesOf(values.only);
  const { result, found } = await compareAlone(cases);
  console.log(JSON.stringify({ cases, result }, null, 2));
  for (const difference of found) console.log(differenceText(difference));
  process.exitCode = found.length > 0 ? 1 : 0;
}

/** A number of this seed, or JSON. */
function casesOf(only: string): Case[] {
  if (!/^\d+$/.test(only)) return [JSON.parse(only) as Case | Case[]].flat();
  const index = Number(only);
  return [generateCase(seed, index, names[index % names.length] as string)];
}

// A deadline whose timer was never cleared (connect-node leaves some behind when HTTP/1.1 is cut
// short) would hold the process open for as long as it is.
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
if (timers > 0) console.log(`${timers} timers were left behind`);
process.exit();

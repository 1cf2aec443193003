import { answeredAppendCases } from "./answered-appends.js";
import { appendCases } from "./appends.js";
import type { LogContractCase } from "./contract.js";
import { crowdCases } from "./crowds.js";
import { expectationCases } from "./expectations.js";
import { otherQueryCases } from "./other-queries.js";
import { pageCases } from "./pages.js";
import { payloadCases } from "./payloads.js";
import { restartCases } from "./restarts.js";
import { subscriptionCases } from "./subscriptions.js";
import { timeseriesCases } from "./timeseries.js";

/**
 * All that an event log promises to those who call it, as tests for any runner:
 *
 * ```ts
 * const makeLog = logOnStorage(() => new MyPlace());
 * test.each(logContract)("$name", ({ run }) => run(makeLog));
 * ```
 *
 * `logOverProtocol()` has them run through the event-store plugin and its client.
 */
export const logContract: readonly LogContractCase[] = [
  ...appendCases,
  ...answeredAppendCases,
  ...payloadCases,
  ...expectationCases,
  ...timeseriesCases,
  ...pageCases,
  ...otherQueryCases,
  ...subscriptionCases,
  ...crowdCases,
  ...restartCases,
];

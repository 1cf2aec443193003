import type { QueryType } from "../model/query-type.js";
import { findQueryTypeProblem } from "../model/query-type.js";

/**
 * How much of some types is kept. The first rule whose types match an event is the one for it, but
 * one that goes by source timestamps passes over events without; events without a rule are kept. Limits that are left out do not limit. When they
 * exclude each other, `minEntries` wins.
 */
export interface RetentionRule {
  readonly types: readonly QueryType[];
  /** Which events are the oldest, and how old they are; default `"timestamp"`. */
  readonly orderBy?: "timestamp" | "sourceTimestamp";
  /** So many of the newest events are kept, whatever the other limits say; default 0. */
  readonly minEntries?: number;
  /** So many of the newest events are kept. */
  readonly maxEntries?: number;
  /** Events that are older are not kept. */
  readonly maxAgeSeconds?: number;
  /** Bytes of payloads, and 32 for each event, that are kept, of the newest events. */
  readonly maxBytes?: number;
}

/** What is wrong with rules, all of it; empty if nothing is. */
export function findRetentionMistakes(rules: readonly RetentionRule[]): string[] {
  if (!Array.isArray(rules)) return ["retention is no list of rules"];
  return rules.flatMap((rule: RetentionRule, i) =>
    mistakesOf(rule).map((mistake) => `retention[${i}]${mistake}`),
  );
}

const limits = ["minEntries", "maxEntries", "maxAgeSeconds", "maxBytes"] as const;

function mistakesOf(rule: RetentionRule): string[] {
  if (typeof rule !== "object" || rule === null) return [" is no rule"];
  const mistakes: string[] = [];
  const known = new Set<string>(["types", "orderBy", ...limits]);
  for (const name of Object.keys(rule)) {
    if (!known.has(name)) mistakes.push(`.${name} is no option of a rule`);
  }
  if (!Array.isArray(rule.types)) mistakes.push(".types is no list of query types");
  else {
    for (const [i, type] of rule.types.entries()) {
      const problem = findQueryTypeProblem(type);
      if (problem !== undefined) mistakes.push(`.types[${i}] ${problem}`);
    }
  }
  const { orderBy = "timestamp" } = rule;
  if (orderBy !== "timestamp" && orderBy !== "sourceTimestamp") {
    mistakes.push('.orderBy must be "timestamp" or "sourceTimestamp"');
  }
  for (const name of limits) {
    const value = rule[name];
    const isFit =
      typeof value === "number" &&
      value >= 0 &&
      (Number.isSafeInteger(value) || (name === "maxAgeSeconds" && Number.isFinite(value)));
    if (value !== undefined && !isFit) mistakes.push(`.${name} must be a number of at least 0`);
  }
  return mistakes;
}

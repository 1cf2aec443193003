import type { Timestamp } from "../../log/model/timestamp.js";
import { timestampFromDate, timestampFromIso } from "../../log/model/timestamp-date.js";
import { CliError } from "../cli-error.js";

const unitMs = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 } as const;

/**
 * A point in time from an option: how long ago (`90s`, `15m`, `1h`, `7d`, `2w`), a day, which begins
 * in UTC, or a text in ISO 8601.
 */
export function timeArgument(option: string, text: string, nowMs: number): Timestamp {
  const [, amount, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  try {
    if (amount !== undefined) {
      const agoMs = Number(amount) * unitMs[unit as keyof typeof unitMs];
      return timestampFromDate(new Date(nowMs - agoMs));
    }
    return timestampFromIso(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  } catch (cause) {
    throw new CliError(
      `${option} is no time: "${text}"`,
      "Write how long ago, such as 15m, 1h or 7d, or a time such as 2026-11-21 or 2026-11-21T15:04:05Z.",
      { cause },
    );
  }
}

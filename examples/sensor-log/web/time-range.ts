const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** From when to when, both included, in milliseconds since 1970. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long a range can be with one click. */
export const lengths = [
  { name: "Year", ms: 365 * dayMs },
  { name: "Month", ms: 30 * dayMs },
  { name: "Week", ms: 7 * dayMs },
  { name: "Day", ms: dayMs },
  { name: "Hour", ms: hourMs },
  { name: "10 min", ms: 10 * minuteMs },
] as const;

/** A part of what there is to see is at least this large. */
const smallestPart = 1 / 1_000;

/** Those of the lengths that show a part of a record, and not next to nothing. */
export function fittingLengths({ fromMs, toMs }: TimeRange) {
  const recordMs = toMs - fromMs;
  return lengths.filter(({ ms }) => ms < recordMs && ms > recordMs * smallestPart);
}

/** What inputs for times can say: years of four digits. */
const earliestMs = Date.parse("0001-01-01T00:00Z");
const latestMs = Date.parse("9999-12-31T23:59Z");

/** The range in whole minutes, which is what its inputs can say; not shorter than it was. */
export function wholeMinutes({ fromMs, toMs }: TimeRange): TimeRange {
  const clamp = (ms: number) => Math.min(Math.max(ms, earliestMs), latestMs);
  return {
    fromMs: clamp(Math.floor(fromMs / minuteMs) * minuteMs),
    toMs: clamp(Math.ceil(toMs / minuteMs) * minuteMs),
  };
}

/** As long as it should be, with the same end; but it ends no later than the record. */
export function ofLength({ toMs }: TimeRange, ms: number, record: TimeRange): TimeRange {
  const endMs = Math.max(Math.min(toMs, record.toMs), Math.min(record.fromMs + ms, record.toMs));
  return { fromMs: endMs - ms, toMs: endMs };
}

/** The range before (-1) or after (1) it. */
export function neighbour({ fromMs, toMs }: TimeRange, direction: -1 | 1): TimeRange {
  const shiftMs = direction * (toMs - fromMs);
  return { fromMs: fromMs + shiftMs, toMs: toMs + shiftMs };
}

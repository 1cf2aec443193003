import { type EventClient, timestampFromDate } from "sluice/client";
import { type Reading, readingOf } from "./reading.ts";
import type { TimeRange } from "./time-range.ts";

const pageSize = 1_000;
/** More are no more than a plot can show, or a page should keep. */
const maxReadings = 50_000;

/** As many readings of a range as have come. */
export interface RangeSoFar {
  /** The oldest first. */
  readonly readings: readonly Reading[];
  readonly pages: number;
  /** `"cut"`: there are more than the page takes. */
  readonly state: "loading" | "complete" | "cut";
}

/**
 * Reads the readings of a series in a range, in the order in which they were made, page by page.
 *
 * @throws ConnectError what the server answers, or why it does not.
 */
export async function* readRange(
  log: EventClient,
  queryType: readonly string[],
  { fromMs, toMs }: TimeRange,
  signal: AbortSignal,
): AsyncGenerator<RangeSoFar, void> {
  const query = log.queryTimeseries(
    {
      types: [queryType],
      sourceFrom: timestampFromDate(new Date(fromMs)),
      sourceTo: timestampFromDate(new Date(toMs)),
      orderBy: "sourceTimestamp",
      order: "ascending",
      limit: pageSize,
    },
    { signal },
  );
  const readings: Reading[] = [];
  let pages = 0;
  for await (const { events, cursor } of query.pages()) {
    pages++;
    for (const event of events) {
      const reading = readingOf(event);
      if (reading !== undefined) readings.push(reading);
    }
    const isCut = cursor !== undefined && readings.length >= maxReadings;
    yield { readings, pages, state: cursor === undefined ? "complete" : isCut ? "cut" : "loading" };
    if (isCut) return;
  }
}

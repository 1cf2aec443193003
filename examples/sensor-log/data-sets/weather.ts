import { type NewEvent, timestampFromIso } from "sluice/events";
import { parseCsv, parseNumber } from "./csv.js";

/** The columns that are measurements; `weather`, a word, was made up from them. */
export const weatherMeasures = ["precipitation", "temp_max", "temp_min", "wind"] as const;

/**
 * weather.csv: what stations of NOAA have measured in Seattle and New York, day by day, from 2012 to
 * 2015. A day has no time of day there; here it is at midnight, UTC.
 *
 * Types are `weather/<place>/<measure>`.
 */
export function readWeather(csv: string): NewEvent[] {
  return parseCsv(csv, ["location", "date", ...weatherMeasures]).flatMap((row) => {
    const place = row.location.toLowerCase().replaceAll(" ", "-");
    const sourceTimestamp = timestampFromIso(`${row.date}T00:00:00Z`);
    return weatherMeasures.map((measure) => ({
      type: ["weather", place, measure],
      sourceTimestamp,
      payload: { json: { value: parseNumber(row[measure]) } },
    }));
  });
}

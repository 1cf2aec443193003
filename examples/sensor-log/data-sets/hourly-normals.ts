import { parseCsv, parseNumber } from "./csv.js";

export const normalMeasures = ["temperature", "pressure", "wind"] as const;

/** What an hour of the year is like in Seattle, on the average of 30 years. */
export interface HourlyNormal extends Readonly<Record<(typeof normalMeasures)[number], number>> {
  /** `"03-14T15:00"`: the 14th of March, 15:00. */
  readonly hour: string;
}

/** seattle-weather-hourly-normals.csv: a year of them, one after the other. */
export function readHourlyNormals(csv: string): HourlyNormal[] {
  return parseCsv(csv, ["date", ...normalMeasures]).map((row) => ({
    // The year that the file says is none that anything was measured in.
    hour: row.date.slice("2010-".length, -":00".length),
    temperature: parseNumber(row.temperature),
    pressure: parseNumber(row.pressure),
    wind: parseNumber(row.wind),
  }));
}

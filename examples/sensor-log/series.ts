import type { EventType } from "sluice/events";
import { Kind, type Series } from "./messages.js";

/** What there is to say of a series without a look at its events. */
export type SeriesDescription = Omit<Series, "first" | "last">;

/** The types of all readings. */
export const readingTypes = [
  ["weather", "?", "?"],
  ["earthquakes", "?", "magnitude"],
  ["simulated", "?", "?"],
] as const;

type Measure = Pick<Series, "measure" | "unit" | "kind">;

const measures: Readonly<Record<string, Measure>> = {
  temp_max: { measure: "Highest temperature", unit: "°C", kind: Kind.Level },
  temp_min: { measure: "Lowest temperature", unit: "°C", kind: Kind.Level },
  temperature: { measure: "Temperature", unit: "°C", kind: Kind.Level },
  pressure: { measure: "Pressure", unit: "hPa", kind: Kind.Level },
  precipitation: { measure: "Precipitation", unit: "mm", kind: Kind.Amount },
  // The package says km/h, but these are NOAA's metres per second: no city is as calm as that.
  wind: { measure: "Wind", unit: "m/s", kind: Kind.Level },
  magnitude: { measure: "Magnitude", unit: "", kind: Kind.Occurrence },
};

const places: Readonly<Record<string, string>> = {
  seattle: "Seattle",
  "new-york": "New York",
  ak: "Alaska",
  ci: "Southern California",
  hv: "Hawaii",
  mb: "Montana",
  nc: "Northern California",
  nm: "New Madrid",
  nn: "Nevada",
  pr: "Puerto Rico",
  se: "Southeast",
  us: "National network",
  uu: "Utah",
  uw: "Pacific Northwest",
};

/** Describes the series of a type, or of a pattern for all places. */
export function describeSeries(queryType: EventType): SeriesDescription {
  const [source, place = "", measure = ""] = queryType;
  return {
    queryType: [...queryType],
    place: place === "?" ? "all places" : (places[place] ?? place),
    ...(measures[measure] ?? { measure, unit: "", kind: Kind.Level }),
    simulated: source === "simulated",
  };
}

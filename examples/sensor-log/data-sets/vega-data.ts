import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The files of the npm package vega-datasets that are used here. */
export type DataSet = "weather.csv" | "earthquakes.json" | "seattle-weather-hourly-normals.csv";

/** The text of a data set. */
export function readDataSet(name: DataSet): Promise<string> {
  // The package exports none of its files: they are found beside its code, in build/.
  const code = createRequire(import.meta.url).resolve("vega-datasets");
  return readFile(join(dirname(code), "../data", name), "utf8");
}

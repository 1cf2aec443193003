import type { App, ListenOptions } from "sluice";
import { type EventLog, events, lmdb } from "sluice/events";
import { createApp } from "./app.js";
import { readEarthquakes } from "./data-sets/earthquakes.js";
import { readHourlyNormals } from "./data-sets/hourly-normals.js";
import { readDataSet } from "./data-sets/vega-data.js";
import { readWeather } from "./data-sets/weather.js";
import { type Console, importProgress } from "./import-progress.js";
import { importReadings } from "./import-readings.js";
import { readingTypes } from "./series.js";
import { Station } from "./station.js";

export interface SensorLogOptions {
  /** Where the events are kept. */
  readonly dir: string;
  readonly listen: ListenOptions;
  /** Where the progress of the import goes. */
  readonly console: Console;
  /** Time from one simulated reading to the next, in milliseconds; default 500. */
  readonly everyMs?: number;
}

/** A sensor log that is up. */
export interface RunningSensorLog {
  readonly app: App;
  readonly url: string;
  /** How many readings were stored now, because they were not there. */
  readonly imported: number;
  /** Ends what is going on, and gives the folder free. */
  close(): Promise<void>;
}

/**
 * Opens the log, imports what is not there yet, serves it, and starts the simulated station.
 *
 * @throws SluiceError the folder cannot be used, the port is taken.
 */
export async function startSensorLog(options: SensorLogOptions): Promise<RunningSensorLog> {
  const { dir, listen, console, everyMs = 500 } = options;
  const store = events({
    storage: lmdb(dir),
    // The page draws what it gets: events of these types without a number are refused.
    conditions: [
      { types: readingTypes, condition: { type: "json", path: "value", dataType: "number" } },
    ],
    // Some nine hours of the simulated station; what was measured is kept for ever.
    retention: [{ types: [["simulated", "*"]], maxEntries: 100_000 }],
  });
  const app = createApp().use(store);
  try {
    await app.finalize();
    const { log } = store;
    const imported = await importAll(log, console);
    const normals = readHourlyNormals(await readDataSet("seattle-weather-hourly-normals.csv"));
    const station = new Station(log, { normals, everyMs });
    const { url } = await app.listen(listen);
    station.start();
    const close = async () => {
      await station.stop();
      await app.close({ graceMs: 2_000 });
    };
    return { app, url, imported, close };
  } catch (error) {
    await app.close({ graceMs: 0 });
    throw error;
  }
}

async function importAll(log: EventLog, console: Console): Promise<number> {
  const files = [
    { file: "weather.csv", read: readWeather },
    { file: "earthquakes.json", read: readEarthquakes },
  ] as const;
  let imported = 0;
  for (const { file, read } of files) {
    const readings = read(await readDataSet(file));
    const progress = importProgress(file, readings.length, console);
    imported += await importReadings(log, file, readings, progress);
  }
  return imported;
}

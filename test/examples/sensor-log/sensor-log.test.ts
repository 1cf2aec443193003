import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createConnectTransport } from "@connectrpc/connect-node";
import { EventClient, timestampFromDate, timestampToDate } from "sluice/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { app } from "../../../examples/sensor-log/app.js";
import { SensorLog } from "../../../examples/sensor-log/sensor-log.js";
import { startSensorLog } from "../../../examples/sensor-log/start.js";

const root = resolve(import.meta.dirname, "../../..");
const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** `[milliseconds since 1970, value]`, oldest first. */
type Points = [number, number][];

/** The files as they are, read here in another way than the example does. */
const rows = readFileSync(join(data, "weather.csv"), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(","));
const columns = ["location", "date", "precipitation", "temp_max", "temp_min", "wind"];
const { features } = JSON.parse(readFileSync(join(data, "earthquakes.json"), "utf8")) as {
  features: { properties: { mag: number; time: number; net: string } }[];
};

function weatherOf(location: string, measure: string): Points {
  const column = columns.indexOf(measure);
  return rows
    .filter((row) => row[0] === location)
    .map((row) => [new Date(row[1]!).getTime(), Number(row[column])]);
}

function earthquakesOf(isWanted: (net: string) => boolean): Points {
  return features
    .filter(({ properties }) => isWanted(properties.net))
    .map(({ properties: { time, mag } }): [number, number] => [time, mag])
    .sort(([a], [b]) => a - b);
}

const readingCount = 4 * rows.length + features.length;

let dir: string;
let written: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sensor-log-"));
  written = "";
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The example in this process, with a station that has not begun yet. */
async function start() {
  const running = await startSensorLog({
    dir,
    listen: { port: 0 },
    console: { write: (text) => (written += text) },
    everyMs: 3_600_000,
  });
  const transport = createConnectTransport({ baseUrl: running.url, httpVersion: "1.1" });
  const client = new EventClient(transport);
  return {
    ...running,
    transport,
    client,
    points: (...types: string[][]) => pointsOf(client, types),
    [Symbol.asyncDispose]: running.close,
  };
}

async function pointsOf(client: EventClient, types: string[][]): Promise<Points> {
  const query = { types, orderBy: "sourceTimestamp", order: "ascending", limit: 700 } as const;
  const points: Points = [];
  for await (const { sourceTimestamp, payload } of client.queryTimeseries(query)) {
    if (payload === undefined || !("json" in payload)) throw new Error("a reading has a value");
    const { value } = payload.json as { value: number };
    points.push([timestampToDate(sourceTimestamp!).getTime(), value]);
  }
  return points;
}

it("has the .proto file that is committed", () => {
  const files = app.schema().protoFiles();
  expect(files.map(({ path }) => path)).toEqual(["sensorlog/v1/sensorlog.proto"]);
  for (const { path, text } of files) {
    expect(readFileSync(join(app.proto.dir, path), "utf8")).toBe(text);
  }
});

it("imports once, and nothing twice however often it is started", async () => {
  {
    await using log = await start();
    expect(log.imported).toBe(readingCount);
    expect(written).toContain(`weather.csv: ${(4 * rows.length).toLocaleString("en")} of`);
  }
  for (let restart = 0; restart < 2; restart++) {
    written = "";
    await using log = await start();
    expect(log.imported).toBe(0);
    expect(written.match(/are there already\n/g)).toHaveLength(2);
    expect(await log.points(["weather", "*"], ["earthquakes", "*"])).toHaveLength(readingCount);
  }
});

describe("has the numbers of the files", () => {
  it("reading for reading, by the time of the readings", async () => {
    await using log = await start();
    for (const measure of columns.slice(2)) {
      expect(await log.points(["weather", "seattle", measure])).toEqual(
        weatherOf("Seattle", measure),
      );
      expect(await log.points(["weather", "new-york", measure])).toEqual(
        weatherOf("New York", measure),
      );
    }
    expect(await log.points(["earthquakes", "?", "magnitude"])).toEqual(earthquakesOf(() => true));
    for (const net of new Set(features.map(({ properties }) => properties.net))) {
      const expected = earthquakesOf((each) => each === net);
      expect(await log.points(["earthquakes", net, "magnitude"])).toEqual(expected);
    }
  });

  it("also of a range: the hottest day of 2012", async () => {
    await using log = await start();
    const in2012 = rows.filter(([place, date]) => place === "Seattle" && date?.startsWith("2012"));
    const hottest = Math.max(...in2012.map((row) => Number(row[columns.indexOf("temp_max")])));
    const query = log.client.queryTimeseries({
      types: [["weather", "seattle", "temp_max"]],
      sourceFrom: timestampFromDate(new Date("2012-01-01")),
      sourceTo: timestampFromDate(new Date("2012-12-31")),
      limit: 100,
    });
    const values: number[] = [];
    for await (const { payload } of query) {
      if (payload && "json" in payload) values.push((payload.json as { value: number }).value);
    }
    expect(values).toHaveLength(366);
    expect(Math.max(...values)).toBe(hottest);
    expect(hottest).toBe(34.4);
  });
});

it("lists the series that have readings, and from when to when", async () => {
  await using log = await start();
  const series = await log.app.client(SensorLog, log.transport).listSeries();
  const nets = new Set(features.map(({ properties }) => properties.net));
  expect(series).toHaveLength(8 + 1 + nets.size);
  for (const { queryType, first, last } of series) {
    const points = await log.points(queryType);
    expect([first, last].map(Number)).toEqual([points[0]![0], points.at(-1)![0]]);
  }
  expect(series.every(({ simulated }) => !simulated)).toBe(true);
});

it("refuses readings without a number", async () => {
  await using log = await start();
  const append = log.client.append([{ type: ["weather", "here", "wind"], payload: { json: {} } }]);
  await expect(append).rejects.toMatchObject({
    rawMessage: "events[0] does not meet conditions[0]",
  });
  expect(await log.points(["weather", "here", "wind"])).toEqual([]);
});

it("has nothing twice and nothing missing when it was killed as it imported", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/sensor-log/main.ts"], {
    cwd: root,
    env: { ...process.env, PORT: "0", DATA_DIR: dir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // The first thing it says is that the import begins.
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  await using log = await start();
  expect(await log.points(["weather", "seattle", "wind"])).toEqual(weatherOf("Seattle", "wind"));
  expect(await log.points(["weather", "*"], ["earthquakes", "*"])).toHaveLength(readingCount);
}, 60_000);

it("gives the folder free when the port is taken", async () => {
  await using log = await start();
  const other = await mkdtemp(join(tmpdir(), "sensor-log-"));
  const options = { dir: other, console: { write: () => {} } };
  const port = Number(new URL(log.url).port);
  await expect(startSensorLog({ ...options, listen: { port } })).rejects.toThrow("in use");
  const { close } = await startSensorLog({ ...options, listen: { port: 0 } });
  await close();
  await rm(other, { recursive: true });
});

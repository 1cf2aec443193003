import { EventLog, memory, timestampToDate } from "sluice/events";
import { expect, it } from "vitest";
import { Station } from "../../../examples/sensor-log/station.js";

const normals = ["01-01T00:00", "01-01T01:00", "01-01T02:00"].map((hour, i) => ({
  hour,
  temperature: i,
  pressure: 1_000 + i,
  wind: 10 + i,
}));

function stationOf(log: Pick<EventLog, "append" | "readStream">): Station {
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++));
  return new Station(log, { normals, everyMs: 1_000, now });
}

async function observe(station: Station, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await station.observe();
}

async function hours(log: EventLog): Promise<unknown[]> {
  const { events } = await log.queryTimeseries({
    types: [["simulated", "?", "wind"]],
    order: "ascending",
  });
  return events.map(({ payload }) => payload && "json" in payload && payload.json);
}

it("plays everything of an hour as one session, at the time of day", async () => {
  await using log = await EventLog.open({ storage: memory() });
  await observe(stationOf(log), 2);
  const { events } = await log.queryTimeseries({ order: "ascending" });
  const told = events.map(({ id, type, stream, sourceTimestamp, payload }) => [
    `${id.session}/${id.instance}`,
    type.join("/"),
    stream?.version,
    timestampToDate(sourceTimestamp!).toISOString(),
    payload && "json" in payload && payload.json,
  ]);
  const at = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"];
  const hour = ["01-01T00:00", "01-01T01:00"];
  expect(told).toEqual([
    ["1/1", "simulated/seattle/temperature", 1, at[0], { value: 0, hour: hour[0] }],
    ["1/2", "simulated/seattle/pressure", 2, at[0], { value: 1_000, hour: hour[0] }],
    ["1/3", "simulated/seattle/wind", 3, at[0], { value: 10, hour: hour[0] }],
    ["2/1", "simulated/seattle/temperature", 4, at[1], { value: 1, hour: hour[1] }],
    ["2/2", "simulated/seattle/pressure", 5, at[1], { value: 1_001, hour: hour[1] }],
    ["2/3", "simulated/seattle/wind", 6, at[1], { value: 11, hour: hour[1] }],
  ]);
});

it("begins again after the last hour, and goes on after a restart where it was", async () => {
  await using log = await EventLog.open({ storage: memory() });
  await observe(stationOf(log), 4);
  await observe(stationOf(log), 3);
  const values = (await hours(log)).map((json) => (json as { value: number }).value);
  expect(values).toEqual([10, 11, 12, 10, 11, 12, 10]);
});

it("goes on after the readings that retention has removed", async () => {
  const retention = [{ types: [["simulated", "*"]], maxEntries: 3 }];
  await using log = await EventLog.open({ storage: memory(), retention });
  await observe(stationOf(log), 5);
  await log.cleanUp();
  expect(await hours(log)).toHaveLength(1);
  await observe(stationOf(log), 1);
  expect((await hours(log)).at(-1)).toEqual({ value: 12, hour: "01-01T02:00" });
});

it("asks the log where it is when an append has failed, stored or not", async () => {
  await using log = await EventLog.open({ storage: memory() });
  let appends = 0;
  const station = stationOf({
    readStream: (query) => log.readStream(query),
    append: async (...args) => {
      appends++;
      if (appends === 2) throw new Error("lost on the way");
      const result = await log.append(...args);
      if (appends === 4) throw new Error("lost on the way back");
      return result;
    },
  });
  const failed: number[] = [];
  for (let i = 1; i <= 6; i++) await station.observe().catch(() => failed.push(i));
  expect(failed).toEqual([2, 4]);
  const values = (await hours(log)).map((json) => (json as { value: number }).value);
  expect(values).toEqual([10, 11, 12, 10, 11]);
});

it("gives way to another one on the same log, and both go on", async () => {
  await using log = await EventLog.open({ storage: memory() });
  const [one, other] = [stationOf(log), stationOf(log)];
  await one.observe();
  await other.observe();
  await expect(one.observe()).rejects.toMatchObject({ code: "version_conflict" });
  await one.observe();
  const values = (await hours(log)).map((json) => (json as { value: number }).value);
  expect(values).toEqual([10, 11, 12]);
});

it("has nothing on its way any more when it has stopped", async () => {
  await using log = await EventLog.open({ storage: memory() });
  let appends = 0;
  const station = stationOf({
    readStream: (query) => log.readStream(query),
    append: async (...args) => {
      const result = await log.append(...args);
      appends++;
      return result;
    },
  });
  station.start();
  void station.observe();
  await station.stop();
  expect(appends).toBe(1);
});

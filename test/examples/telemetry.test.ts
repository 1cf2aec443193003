import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { sluiceError } from "sluice/client";
import { createTestRig } from "sluice/testing";
import { describe, expect, it } from "vitest";
import { app } from "../../examples/host-telemetry/app.js";
import type { HostReading } from "../../examples/host-telemetry/host-counters.js";
import { AlarmState, Metric } from "../../examples/host-telemetry/messages.js";
import { Telemetry } from "../../examples/host-telemetry/telemetry.js";
import { readingAt } from "./host-reading.js";

/** The service on a machine whose readings are handed to it. */
async function setUp() {
  const readings: HostReading[] = [];
  const telemetry = new Telemetry(async () => readings.shift() ?? readingAt(0));
  const rig = await createTestRig({ services: [telemetry] });
  return {
    telemetry,
    client: rig.client(Telemetry),
    /** Takes a sample that says what is given. */
    observe: (...args: Parameters<typeof readingAt>) => {
      readings.push(readingAt(...args));
      return telemetry.observe();
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

async function take<T>(count: number, values: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of values) if (taken.push(value) === count) break;
  return taken;
}

async function refusal(call: Promise<unknown>) {
  const thrown = await call.then(
    () => expect.unreachable("the call was accepted"),
    (error: unknown) => error,
  );
  const { code, rawMessage } = ConnectError.from(thrown);
  return { code, rawMessage, fields: sluiceError(thrown)?.violations.map(({ field }) => field) };
}

it("has the .proto file that is committed", () => {
  const files = app.schema().protoFiles();
  expect(files.map(({ path }) => path)).toEqual(["hosttelemetry/v1/hosttelemetry.proto"]);
  for (const { path, text } of files) {
    expect(readFileSync(join(app.proto.dir, path), "utf8")).toBe(text);
  }
});

describe("describe", () => {
  it("tells of this machine, and of the settings", async () => {
    await using rig = await setUp();
    expect(await rig.client.describe()).toMatchObject({
      hostname: os.hostname(),
      cpuCount: os.cpus().length,
      memoryTotalBytes: BigInt(os.totalmem()),
      settings: { intervalMs: 1_000 },
    });
  });
});

describe("setInterval", () => {
  it.each([100, 60_000])("takes %d ms", async (intervalMs) => {
    await using rig = await setUp();
    expect(await rig.client.setInterval({ intervalMs })).toMatchObject({ intervalMs });
    expect(await rig.client.describe()).toMatchObject({ settings: { intervalMs } });
  });

  it.each([99, 60_001, 0, -1])("refuses %d ms, naming the field", async (intervalMs) => {
    await using rig = await setUp();
    expect(await refusal(rig.client.setInterval({ intervalMs }))).toEqual({
      code: Code.InvalidArgument,
      rawMessage: `intervalMs must be from 100 to 60000, got ${intervalMs}`,
      fields: ["intervalMs"],
    });
    expect(await rig.client.describe()).toMatchObject({ settings: { intervalMs: 1_000 } });
  });

  it("lets those who are watching know at once, with the last sample", async () => {
    await using rig = await setUp();
    await rig.observe(1_000);
    const samples = rig.client.subscribe("samples")[Symbol.asyncIterator]();
    const first = await samples.next();
    await rig.client.setInterval({ intervalMs: 60_000 });
    const second = await samples.next();
    expect(second.value).toMatchObject({ settings: { intervalMs: 60_000 }, at: first.value?.at });
    await samples.return?.();
  });
});

describe("setThreshold", () => {
  it("sets, replaces and removes", async () => {
    await using rig = await setUp();
    const metric = Metric.LoadAverage;
    const limits = async (limit: number | undefined) => {
      const { thresholds } = await rig.client.setThreshold({ metric, limit });
      return thresholds.filter((t) => t.metric === metric).map((t) => t.limit);
    };
    expect(await limits(4)).toEqual([4]);
    expect(await limits(0)).toEqual([0]);
    expect(await limits(undefined)).toEqual([]);
  });

  it.each([
    [Metric.CpuPercent, 100.1, "limit"],
    [Metric.MemoryPercent, -1, "limit"],
    [Metric.LoadAverage, Number.NaN, "limit"],
    [Metric.Unspecified, 1, "metric"],
    [99 as Metric, 1, "metric"],
  ])("refuses metric %d at %d, naming the %s", async (metric, limit, field) => {
    await using rig = await setUp();
    expect(await refusal(rig.client.setThreshold({ metric, limit }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [field],
    });
  });
});

describe("samples", () => {
  it("gives a newcomer the last one, and then each new one", async () => {
    await using rig = await setUp();
    await rig.observe(0);
    await rig.observe(1_000);
    const samples = rig.client.subscribe("samples")[Symbol.asyncIterator]();
    expect((await samples.next()).value).toMatchObject({ at: readingAt(1_000).at, cpuPercent: 50 });
    await rig.observe(2_000, { cpu: { busyMs: 2_500, totalMs: 4_000 } });
    expect((await samples.next()).value).toMatchObject({ at: readingAt(2_000).at, cpuPercent: 75 });
    await samples.return?.();
  });
});

describe("alarms", () => {
  it("tells of a value that reaches its limit and leaves it, also to those who come later", async () => {
    await using rig = await setUp();
    await rig.client.setThreshold({ metric: Metric.MemoryPercent, limit: 70 });
    const full = { memory: { totalBytes: 1_000n, availableBytes: 100n } };
    await rig.observe(0);
    await rig.observe(1_000, full);
    await rig.observe(2_000, full);
    await rig.observe(3_000);
    const memory = { metric: Metric.MemoryPercent, limit: 70 };
    expect(await take(2, rig.client.subscribe("alarms"))).toMatchObject([
      { ...memory, state: AlarmState.Raised, value: 90, at: readingAt(1_000).at },
      { ...memory, state: AlarmState.Cleared, value: 60, at: readingAt(3_000).at },
    ]);
  });

  it("tells at once when it is the limit that moves", async () => {
    await using rig = await setUp();
    await rig.observe(0);
    const alarms = rig.client.subscribe("alarms")[Symbol.asyncIterator]();
    await rig.client.setThreshold({ metric: Metric.MemoryPercent, limit: 10 });
    expect((await alarms.next()).value).toMatchObject({ state: AlarmState.Raised, value: 60 });
    await rig.client.setThreshold({ metric: Metric.MemoryPercent });
    expect((await alarms.next()).value).toMatchObject({ state: AlarmState.Cleared, limit: 10 });
    await alarms.return?.();
  });
});

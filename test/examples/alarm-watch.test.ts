import { describe, expect, it } from "vitest";
import { AlarmWatch } from "../../examples/host-telemetry/alarm-watch.js";
import { AlarmState, Metric, type Sample } from "../../examples/host-telemetry/messages.js";
import { sampleOf } from "../../examples/host-telemetry/sample.js";
import { readingAt } from "./host-reading.js";

const at = new Date("2026-01-02T03:04:05Z");

function cpuSample(cpuPercent: number | undefined, limit?: number): Sample {
  const thresholds = limit === undefined ? [] : [{ metric: Metric.CpuPercent, limit }];
  const settings = { intervalMs: 1_000, thresholds };
  return { ...sampleOf(readingAt(0), readingAt(1_000), settings), cpuPercent };
}

/** The states reported for a row of values, all under one limit. */
function statesOf(values: (number | undefined)[], limit: number): AlarmState[][] {
  const watch = new AlarmWatch();
  return values.map((value) => watch.check(cpuSample(value, limit), at).map(({ state }) => state));
}

const { Raised, Cleared } = AlarmState;

describe("AlarmWatch", () => {
  it("reports a crossing in each direction, once", () => {
    expect(statesOf([10, 80, 90, 79.9, 20], 80)).toEqual([[], [Raised], [], [Cleared], []]);
  });

  it("knows nothing new from a sample without the value", () => {
    expect(statesOf([90, undefined, 90, 10], 80)).toEqual([[Raised], [], [], [Cleared]]);
  });

  it("says when, what was measured, and against which limit", () => {
    const alarm = { at, metric: Metric.CpuPercent, value: 85, limit: 80, state: Raised };
    expect(new AlarmWatch().check(cpuSample(85, 80), at)).toEqual([alarm]);
  });

  it("clears what a higher limit no longer catches, and what has lost its limit", () => {
    const watch = new AlarmWatch();
    watch.check(cpuSample(85, 80), at);
    expect(watch.check(cpuSample(85, 90), at)).toMatchObject([{ state: Cleared, limit: 90 }]);
    watch.check(cpuSample(85, 80), at);
    expect(watch.check(cpuSample(85), at)).toMatchObject([{ state: Cleared, limit: 80 }]);
    expect(watch.check(cpuSample(85), at)).toEqual([]);
  });

  it("watches every metric by itself", () => {
    const thresholds = [
      { metric: Metric.CpuPercent, limit: 50 },
      { metric: Metric.LoadAverage, limit: 0.5 },
      { metric: Metric.MemoryPercent, limit: 60.1 },
    ];
    const sample = sampleOf(readingAt(0), readingAt(1_000), { intervalMs: 1_000, thresholds });
    const alarms = new AlarmWatch().check(sample, at);
    expect(alarms.map(({ metric }) => metric)).toEqual([Metric.CpuPercent, Metric.LoadAverage]);
  });
});

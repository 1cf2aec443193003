import { type Alarm, AlarmState, Metric, type Sample } from "./messages.js";

/** Compares samples with their thresholds and reports what has changed sides. */
export class AlarmWatch {
  /** The limit each metric that is too high was last compared with. */
  readonly #raised = new Map<Metric, number>();

  /** The alarms that `sample` gives rise to at the time `at`, in the order of the thresholds. */
  check(sample: Sample, at: Date): Alarm[] {
    const limits = new Map(sample.settings.thresholds.map(({ metric, limit }) => [metric, limit]));
    const alarms: Alarm[] = [];
    for (const metric of new Set([...limits.keys(), ...this.#raised.keys()])) {
      const value = measured(sample, metric);
      // Not measured this time: as far as anybody knows, nothing has changed.
      if (value === undefined) continue;
      const limit = limits.get(metric);
      const reported = this.#raised.get(metric);
      if (limit !== undefined && value >= limit) {
        this.#raised.set(metric, limit);
        if (reported !== undefined) continue;
        alarms.push({ at, metric, state: AlarmState.Raised, value, limit });
      } else if (reported !== undefined) {
        this.#raised.delete(metric);
        const state = AlarmState.Cleared;
        alarms.push({ at, metric, state, value, limit: limit ?? reported });
      }
    }
    return alarms;
  }
}

/** What a sample says of a metric; `undefined` if nothing. */
export function measured(sample: Sample, metric: Metric): number | undefined {
  switch (metric) {
    case Metric.CpuPercent:
      return sample.cpuPercent;
    case Metric.LoadAverage:
      return sample.load?.oneMinute;
    case Metric.MemoryPercent:
      return (100 * Number(sample.memory.usedBytes)) / Number(sample.memory.totalBytes);
    default:
      return undefined;
  }
}

import type { Quantity } from "../../common/web/quantity";
import { percent, plain } from "./format";
import { Metric, type Sample, type Settings } from "./gen/hosttelemetry/v1/hosttelemetry_pb";

/** What can have a threshold: its name in the page's markup, and how it is shown. */
export interface WatchedMetric {
  readonly key: "cpu" | "memory" | "load";
  readonly metric: Metric;
  readonly label: string;
  readonly format: (value: number) => Quantity;
  readonly value: (sample: Sample) => number | undefined;
}

export const watchedMetrics: readonly WatchedMetric[] = [
  {
    key: "cpu",
    metric: Metric.CPU_PERCENT,
    label: "CPU",
    format: percent,
    value: (sample) => sample.cpuPercent,
  },
  {
    key: "memory",
    metric: Metric.MEMORY_PERCENT,
    label: "Memory",
    format: percent,
    value: memoryPercent,
  },
  {
    key: "load",
    metric: Metric.LOAD_AVERAGE,
    label: "Load",
    format: plain,
    value: (sample) => sample.load?.oneMinute,
  },
];

export function memoryPercent({ memory }: Sample): number | undefined {
  return memory && (100 * Number(memory.usedBytes)) / Number(memory.totalBytes);
}

/** The threshold of a metric, if it has one. */
export function limitOf(settings: Settings | undefined, metric: Metric): number | undefined {
  return settings?.thresholds.find((threshold) => threshold.metric === metric)?.limit;
}

import type { CpuTimes, HostReading, InterfaceCounters } from "./host-counters.js";
import type { Network, Sample, Settings } from "./messages.js";

/** The sample that a reading makes, with rates over the time since the reading before. */
export function sampleOf(before: HostReading, now: HostReading, settings: Settings): Sample {
  const { totalBytes, availableBytes } = now.memory;
  const [oneMinute, fiveMinutes, fifteenMinutes] = now.load ?? [];
  return {
    at: now.at,
    settings,
    cpuPercent: busyPercent(before.cpu, now.cpu),
    load:
      oneMinute === undefined || fiveMinutes === undefined || fifteenMinutes === undefined
        ? undefined
        : { oneMinute, fiveMinutes, fifteenMinutes },
    memory: { totalBytes, usedBytes: totalBytes - availableBytes },
    network:
      now.interfaces &&
      networkOf(before.interfaces ?? [], now.interfaces, (now.uptimeMs - before.uptimeMs) / 1000),
  };
}

/** `undefined` when no time was counted between the two. */
export function busyPercent(before: CpuTimes, now: CpuTimes): number | undefined {
  const totalMs = now.totalMs - before.totalMs;
  if (totalMs <= 0) return undefined;
  return Math.min(100, Math.max(0, (100 * (now.busyMs - before.busyMs)) / totalMs));
}

/**
 * Totals and rates of all interfaces. Rates are taken for each interface and then summed: one
 * that comes, goes or starts over would otherwise look like a burst or a negative rate.
 */
export function networkOf(
  before: readonly InterfaceCounters[],
  now: readonly InterfaceCounters[],
  seconds: number,
): Network {
  const earlier = new Map(before.map((counters) => [counters.name, counters]));
  const total = { rxBytes: 0n, txBytes: 0n };
  const passed = { rxBytes: 0n, txBytes: 0n };
  for (const counters of now) {
    for (const direction of ["rxBytes", "txBytes"] as const) {
      total[direction] += counters[direction];
      const delta = counters[direction] - (earlier.get(counters.name) ?? counters)[direction];
      if (delta > 0n) passed[direction] += delta;
    }
  }
  const perSecond = (bytes: bigint): number => (seconds > 0 ? Number(bytes) / seconds : 0);
  return {
    ...total,
    rxBytesPerSecond: perSecond(passed.rxBytes),
    txBytesPerSecond: perSecond(passed.txBytes),
    interfaces: now.filter((c) => c.rxBytes > 0n || c.txBytes > 0n).map(({ name }) => name),
  };
}

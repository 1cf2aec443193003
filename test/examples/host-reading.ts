import type { HostReading } from "../../examples/host-telemetry/host-counters.js";

const started = new Date("2026-01-02T03:04:05Z").getTime();

/** A reading taken `ms` after the first one, of a machine of 2 CPUs and 1,000 bytes of memory. */
export function readingAt(ms: number, differs: Partial<HostReading> = {}): HostReading {
  return {
    at: new Date(started + ms),
    uptimeMs: 5_000 + ms,
    cpu: { busyMs: ms, totalMs: 2 * ms },
    load: [0.5, 0.4, 0.3],
    memory: { totalBytes: 1_000n, availableBytes: 400n },
    interfaces: [],
    ...differs,
  };
}

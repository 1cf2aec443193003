import { readFileSync } from "node:fs";
import os from "node:os";
import { describe, expect, it } from "vitest";
import {
  parseMemAvailable,
  parseNetDev,
  readHostCounters,
  sumCpuTimes,
} from "../../examples/host-telemetry/host-counters.js";

/** From a Debian 12 machine: byte counters that touch their colon, and one beyond 2^53. */
const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1922476247 4988521    0    0    0     0          0         0 1922476247 4988521    0    0    0     0       0          0
  ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
  eth0:823628874   31214    0    2    0     0          0         7  2090502   21235    0    1    0     0       0          0
eth0:1: 11 1 0 0 0 0 0 0 22 1 0 0 0 0 0 0
 wlan0: 18446744073709551615 9 0 0 0 0 0 0 9007199254740993 9 0 0 0 0 0 0
`;

const meminfo = `MemTotal:       24684084 kB
MemFree:        22319572 kB
MemAvailable:   23729236 kB
Buffers:           20164 kB
Cached:          1448748 kB
`;

describe("parseNetDev", () => {
  it("takes bytes received and sent of every interface but loopback", () => {
    expect(parseNetDev(netDev)).toEqual([
      { name: "ifb0", rxBytes: 0n, txBytes: 0n },
      { name: "eth0", rxBytes: 823_628_874n, txBytes: 2_090_502n },
      { name: "eth0:1", rxBytes: 11n, txBytes: 22n },
      { name: "wlan0", rxBytes: 18_446_744_073_709_551_615n, txBytes: 9_007_199_254_740_993n },
    ]);
  });

  it("finds nothing where there is nothing", () => {
    expect(parseNetDev("")).toEqual([]);
    expect(parseNetDev(netDev.split("\n").slice(0, 3).join("\n"))).toEqual([]);
  });
});

describe("parseMemAvailable", () => {
  it("reads kibibytes as bytes", () => {
    expect(parseMemAvailable(meminfo)).toBe(23_729_236n * 1024n);
  });

  it("is undefined where the kernel does not tell, or there is no such file", () => {
    expect(parseMemAvailable("MemTotal: 1 kB\nMemFree: 1 kB\n")).toBeUndefined();
    expect(parseMemAvailable(undefined)).toBeUndefined();
  });
});

describe("sumCpuTimes", () => {
  it("counts all that is not idle as busy, over all CPUs", () => {
    const cpus = [
      { times: { user: 100, nice: 1, sys: 50, idle: 800, irq: 4 } },
      { times: { user: 200, nice: 2, sys: 60, idle: 700, irq: 8 } },
    ];
    expect(sumCpuTimes(cpus)).toEqual({ busyMs: 425, totalMs: 1925 });
  });

  it("is zero without CPUs, as in a sandbox that hides them", () => {
    expect(sumCpuTimes([])).toEqual({ busyMs: 0, totalMs: 0 });
  });
});

describe("readHostCounters", () => {
  it("reads this machine", async () => {
    const before = sumCpuTimes(os.cpus());
    const reading = await readHostCounters();
    const after = sumCpuTimes(os.cpus());
    expect(reading.cpu.busyMs).toBeGreaterThanOrEqual(before.busyMs);
    expect(reading.cpu.busyMs).toBeLessThanOrEqual(after.busyMs);
    expect(reading.memory.totalBytes).toBe(BigInt(os.totalmem()));
    expect(reading.memory.availableBytes).toBeGreaterThan(0n);
    expect(reading.memory.availableBytes).toBeLessThanOrEqual(reading.memory.totalBytes);
  });

  it.runIf(os.platform() === "linux")("reads the counters of /proc/net/dev", async () => {
    const read = () => parseNetDev(readFileSync("/proc/net/dev", "utf8"));
    const before = read();
    const { interfaces } = await readHostCounters();
    const after = read();
    expect(interfaces?.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    for (const [i, { rxBytes }] of (interfaces ?? []).entries()) {
      expect(rxBytes).toBeGreaterThanOrEqual(before[i]?.rxBytes ?? 0n);
      expect(rxBytes).toBeLessThanOrEqual(after[i]?.rxBytes ?? 0n);
    }
  });
});

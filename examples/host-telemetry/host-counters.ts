import { readFile } from "node:fs/promises";
import os from "node:os";

/** What the operating system counts, read at one moment. */
export interface HostReading {
  readonly at: Date;
  /** Milliseconds of a clock that never steps back; for differences between readings. */
  readonly uptimeMs: number;
  readonly cpu: CpuTimes;
  /** Over 1, 5 and 15 minutes; `undefined` on Windows, where Node would report zeros. */
  readonly load: readonly [number, number, number] | undefined;
  readonly memory: { readonly totalBytes: bigint; readonly availableBytes: bigint };
  /** Without loopback; `undefined` where the system has no /proc/net/dev. */
  readonly interfaces: readonly InterfaceCounters[] | undefined;
}

/** Time of all CPUs together since boot. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Traffic of one network interface since it came up. */
export interface InterfaceCounters {
  readonly name: string;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
}

/** Reads everything once. */
export async function readHostCounters(): Promise<HostReading> {
  const [meminfo, netDev] = await Promise.all([readProc("meminfo"), readProc("net/dev")]);
  const [one, five, fifteen] = os.loadavg() as [number, number, number];
  return {
    at: new Date(),
    uptimeMs: performance.now(),
    cpu: sumCpuTimes(os.cpus()),
    load: os.platform() === "win32" ? undefined : [one, five, fifteen],
    memory: {
      totalBytes: BigInt(os.totalmem()),
      availableBytes: parseMemAvailable(meminfo) ?? BigInt(os.freemem()),
    },
    interfaces: netDev === undefined ? undefined : parseNetDev(netDev),
  };
}

/** Adds up what `os.cpus()` reports. Waiting for a disk is idle time: the CPU could do other work. */
export function sumCpuTimes(cpus: readonly Pick<os.CpuInfo, "times">[]): CpuTimes {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs };
}

/**
 * `MemAvailable` of /proc/meminfo: the kernel's estimate of what programs can still get, counting
 * the caches it would drop for them. `undefined` without such a line (Linux before 3.14).
 */
export function parseMemAvailable(meminfo: string | undefined): bigint | undefined {
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? "") ?? [];
  return kibibytes === undefined ? undefined : BigInt(kibibytes) * 1024n;
}

/**
 * The byte counters of /proc/net/dev: after two lines of headings, one line for each interface,
 * with bytes received in the first column and bytes sent in the ninth. Loopback is left out: it
 * carries this machine's talk with itself.
 */
export function parseNetDev(netDev: string): InterfaceCounters[] {
  const counters: InterfaceCounters[] = [];
  for (const line of netDev.split("\n").slice(2)) {
    // The last colon: the name of an alias such as "eth0:1" has one of its own.
    const colon = line.lastIndexOf(":");
    if (colon === -1) continue;
    const name = line.slice(0, colon).trim();
    const columns = line.slice(colon + 1).match(/\d+/g) ?? [];
    const [rxBytes, txBytes] = [columns[0], columns[8]];
    if (name === "lo" || rxBytes === undefined || txBytes === undefined) continue;
    counters.push({ name, rxBytes: BigInt(rxBytes), txBytes: BigInt(txBytes) });
  }
  return counters;
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${path}`, "utf8");
  } catch {
    // Not Linux, or a sandbox without it: then what it would say is unknown.
    return undefined;
  }
}

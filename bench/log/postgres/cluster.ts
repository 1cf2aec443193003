/** A cluster of PostgreSQL of our own, which ends with this process. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Usage } from "../../lib/child.js";
import { emptyDirectory } from "../../lib/data.js";
import { findPrograms } from "./programs.js";

/** Durable as it is by default; with the memory, connections and log that one would give it. */
const settings = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "512MB",
  max_wal_size: "4GB",
  max_connections: "100",
  listen_addresses: "",
  autovacuum: "on",
};

const patienceMs = 30_000;

export class Cluster {
  private constructor(
    private readonly server: ChildProcess,
    /** Where its socket is. */
    readonly directory: string,
  ) {}

  static async start(): Promise<Cluster> {
    const { initdb, postgres, user } = findPrograms();
    const directory = emptyDirectory("postgres");
    if (user) chownSync(directory, user.uid, user.gid);
    // The user may not be allowed to be where this process is.
    const options = {
      ...user,
      cwd: "/",
      stdio: ["ignore", "ignore", 2] as ["ignore", "ignore", 2],
    };
    execFileSync(initdb, ["-D", directory, "-U", "bench", "-A", "trust", "-E", "UTF8"], options);
    const flags = Object.entries({ ...settings, unix_socket_directories: directory });
    const server = spawn(
      postgres,
      ["-D", directory, ...flags.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      { ...options, stdio: ["ignore", "ignore", "ignore"] },
    );
    const cluster = new Cluster(server, directory);
    // Before its data is removed.
    process.prependOnceListener("exit", () => cluster.kill());
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => process.exit(1));
    }
    await cluster.ready();
    return cluster;
  }

  /** What all its processes have used, those that have ended included. Linux only. */
  usage(): Usage {
    const { pid } = this.server;
    const processes = readdirSync("/proc").flatMap((entry) => stat(Number(entry)) ?? []);
    const own = processes.filter((process) => process.pid === pid || process.parent === pid);
    return {
      cpuMicros: own.reduce((sum, process) => {
        const ended = process.pid === pid ? process.endedTicks : 0;
        return sum + (process.ticks + ended) * microsPerTick;
      }, 0),
      rssBytes: own.reduce((sum, { pages }) => sum + pages * pageBytes, 0),
    };
  }

  private async ready(): Promise<void> {
    const { server, directory } = this;
    const pidFile = join(directory, "postmaster.pid");
    for (const giveUpAt = performance.now() + patienceMs; performance.now() < giveUpAt; ) {
      if (server.exitCode !== null) break;
      if (existsSync(pidFile) && /^ready *$/m.test(readFileSync(pidFile, "utf8"))) return;
      await sleep(20);
    }
    throw new Error(`PostgreSQL did not start (exit code ${server.exitCode})`);
  }

  /** At once: what it has is not needed any more. */
  private kill(): void {
    if (this.server.exitCode === null) this.server.kill("SIGQUIT");
  }
}

/** Linux shows CPU time in hundredths of a second, whatever it counts in. */
const microsPerTick = 10_000;
const pageBytes = 4_096;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended. */
  readonly endedTicks: number;
  readonly pages: number;
}

/** See proc_pid_stat(5); the name in parentheses may have spaces. */
function stat(pid: number): Stat | undefined {
  if (!Number.isInteger(pid)) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const field = (number: number) => fields[number - 3] ?? 0;
    return {
      pid,
      parent: field(4),
      ticks: field(14) + field(15),
      endedTicks: field(16) + field(17),
      pages: field(24),
    };
  } catch {
    // It has ended.
    return undefined;
  }
}

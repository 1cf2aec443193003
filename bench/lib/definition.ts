/** What a bench declares: `bench/NAME/bench.ts` default-exports a {@link Bench}. */
import type { LoadSpec } from "./load.js";

export interface Bench {
  readonly cases: readonly Case[];
}

/** One comparison: all its systems run interleaved, in every round. */
export interface Case {
  readonly name: string;
  readonly systems: readonly System[];
  /** Names of the systems that every system's ratio is taken against. */
  readonly references: readonly string[];
  /** What is compared; operations per second unless said otherwise. */
  readonly metric?: Metric;
  readonly bars?: readonly Bar[];
  /** Starts the processes anew for every round, so that none profits from what one left behind. */
  readonly fresh?: boolean;
}

/** One program under test, and the load it is put under. */
export interface System {
  readonly name: string;
  /** A module that calls `serve` (lib/server.ts); it runs in a process of its own. */
  readonly server: {
    readonly module: URL;
    readonly args?: readonly string[];
    /** Options of Node itself. */
    readonly execArgv?: readonly string[];
  };
  readonly load: LoadSpec;
  /** Says why the system cannot run here, or nothing when it can. */
  readonly skip?: () => Promise<string | undefined>;
}

/** The number a case compares, computed from one round. */
export interface Metric {
  readonly unit: string;
  of(sample: Sample): number;
}

/** One round of one system. */
export interface Sample {
  /** Operations answered, every one of them checked. */
  readonly operations: number;
  readonly seconds: number;
  /** User and system time of the server process during the round. */
  readonly serverCpuMicros: number;
  /** The same for the load process: it should be well below the server's. */
  readonly loadCpuMicros: number;
  /** Resident memory of the server at the end of the round. */
  readonly serverRssBytes: number;
  /** What the load measured besides. */
  readonly measured?: number;
}

/** A promise about `ratio of medians, system : vs`; without `vs`, about the system's own median. */
export interface Bar {
  readonly system: string;
  readonly vs?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export const rate: Metric = { unit: "op/s", of: (s) => s.operations / s.seconds };

/** Less sensitive to a shared machine than the rate. */
export const serverCpu: Metric = {
  unit: "us/op",
  of: (s) => s.serverCpuMicros / s.operations,
};

/** What a bench declares: `bench/NAME/bench.ts` default-exports a {@link Bench}. */
import type { LoadSpec, Measured } from "./load.js";

export interface Bench {
  /** Systems keep data on disk: see lib/data.ts. */
  readonly keepsData?: boolean;
  readonly cases: readonly Case[] | ((options: CaseOptions) => readonly Case[]);
}

/** What the command line says about the cases of benches that ask for it. */
export interface CaseOptions {
  /** No case stores more events beforehand than this, whatever it is about; to try it out. */
  readonly maxEvents?: number;
}

/** One comparison: all its systems run interleaved, in every round. */
export interface Case {
  readonly name: string;
  readonly systems: readonly System[];
  /** Names of the systems that every system's ratio is taken against. */
  readonly references: readonly string[];
  /** What is compared; operations per second unless said otherwise. */
  readonly metric?: Metric;
  /** Shown beside it. */
  readonly also?: readonly Metric[];
  readonly bars?: readonly Bar[];
  /** Starts the processes anew for every round, so that none profits from what one left behind. */
  readonly fresh?: boolean;
}

/** One program under test, and the load it is put under. */
export interface System {
  readonly name: string;
  /**
   * A module that calls `serve` (lib/server.ts); it runs in a process of its own. Left out, the
   * system is the load's process itself: it is called there, over no wire.
   */
  readonly server?: {
    readonly module: URL;
    readonly args?: readonly string[];
    /** Options of Node itself. */
    readonly execArgv?: readonly string[];
  };
  readonly load: LoadSpec;
  /** Says why the system cannot run here, or nothing when it can. */
  readonly skip?: () => Promise<string | undefined>;
}

/** A number that a case compares or shows, computed from one round. */
export interface Metric {
  readonly unit: string;
  of(sample: Sample): number;
}

/** One round of one system. */
export interface Sample {
  /** Operations answered, every one of them checked. */
  readonly operations: number;
  readonly seconds: number;
  /** User and system time of the server process, or whatever is under test, during the round. */
  readonly serverCpuMicros: number;
  /** The same for the load process: it should be well below the server's. 0 if that is the system. */
  readonly loadCpuMicros: number;
  /** Resident memory of the server at the end of the round. */
  readonly serverRssBytes: number;
  /** What the load measured besides. */
  readonly measured?: Measured;
}

/** A promise about `ratio of medians, system : vs`; without `vs`, about the system's own median. */
export interface Bar {
  readonly system: string;
  readonly vs?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export const rate: Metric = { unit: "op/s", of: (s) => s.operations / s.seconds };

/** What the load measured under a name. */
export function measured(name: string, unit = name): Metric {
  return { unit, of: (sample) => sample.measured?.[name] ?? Number.NaN };
}

/** Less sensitive to a shared machine than the rate. */
export const serverCpu: Metric = {
  unit: "us/op",
  of: (s) => s.serverCpuMicros / s.operations,
};

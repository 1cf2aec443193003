import { join } from "node:path";
import type { RetentionRule } from "../../../src/log/retention/retention-rule.js";
import type { LmdbOptions } from "../../../src/log/storage/lmdb.js";
import { compiled, type Program } from "../../support/compiled.js";
import { Victim } from "./victim.js";

/** How a log is opened. */
export interface LogVictimOptions {
  readonly directory: string;
  readonly lmdb: LmdbOptions;
  /** Its events say which one of many it was. */
  readonly run: number;
  /** With them it cleans up all the time. */
  readonly retention?: readonly RetentionRule[];
}

/** What such a process tells. */
export type Told =
  | {
      /** An append that was acknowledged: its place, and what it got. */
      readonly lane: number;
      readonly number: number;
      readonly session: number;
      readonly time: string;
      readonly versions: readonly number[];
    }
  /** A session that a subscriber was given. */
  | { readonly seen: number }
  /** Up to which event of the peer everything was imported. */
  | { readonly imported: readonly [session: number, instance: number] };

/** Appends to a log, imports, and maybe cleans up: see `log-victim-main.ts`. */
export class LogVictim extends Victim<Told> {
  static compiled(): Promise<Program> {
    return compiled(join(import.meta.dirname, "log-victim-main.ts"));
  }

  constructor(
    program: Program,
    readonly options: LogVictimOptions,
  ) {
    super(program, [JSON.stringify(options)]);
  }

  /** Opens the log: it is ready, and waits for that. */
  go(): void {
    this.tell("go");
  }

  /** Closes the log. */
  close(): void {
    this.tell("close");
  }
}

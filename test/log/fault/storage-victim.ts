import { join } from "node:path";
import type { LmdbOptions } from "../../../src/log/storage/lmdb.js";
import { compiled, type Program } from "../../support/compiled.js";
import { Victim } from "./victim.js";

/** Commits numbered commits to a storage: see `storage-victim-main.ts`. */
export class StorageVictim extends Victim<number> {
  static compiled(): Promise<Program> {
    return compiled(join(import.meta.dirname, "storage-victim-main.ts"));
  }

  /** @param uid the user that it runs as; default this process's. */
  constructor(program: Program, directory: string, options: LmdbOptions, uid?: number) {
    super(program, [directory, JSON.stringify(options)], uid);
  }

  /** The last commit that it found when it opened the directory. @throws if it said anything else. */
  get openedWith(): number {
    const [, number] = /^open (\d+)$/.exec(this.said.join("\n")) ?? [];
    if (number === undefined) throw new Error(`The process said: ${this.said.join("\n")}`);
    return Number(number);
  }

  /** Resolves when so many commits are acknowledged, or it has ended. */
  async hasCommitted(commits: number): Promise<void> {
    await this.until(() => this.acknowledged.length >= commits);
  }
}

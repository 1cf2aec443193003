import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LmdbOptions } from "../../../src/log/storage/lmdb.js";

const main = join(import.meta.dirname, "victim-main.ts");

/** A process that commits to a directory until it is killed: see `victim-main.ts`. */
export class Victim {
  /** The numbers of commits that it was told are durable. */
  readonly acknowledged: number[] = [];
  /** Everything else that it has said. */
  readonly said: string[] = [];
  readonly #process: ChildProcess;
  readonly #end: Promise<readonly unknown[]>;
  #onAcknowledged = () => {};

  /** @param uid the user that it runs as; default this process's. */
  constructor(directory: string, options: LmdbOptions, uid?: number) {
    this.#process = spawn(
      process.execPath,
      ["--import", "tsx", main, directory, JSON.stringify(options)],
      { stdio: ["ignore", "pipe", "inherit"], uid },
    );
    this.#end = once(this.#process, "close");
    createInterface(this.#process.stdout!).on("line", (line) => this.#heard(line));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** The last commit that it found when it opened the directory. @throws if it said anything else. */
  get openedWith(): number {
    const [, number] = /^open (\d+)$/.exec(this.said.join("\n")) ?? [];
    if (number === undefined) throw new Error(`The process said: ${this.said.join("\n")}`);
    return Number(number);
  }

  /** Resolves when so many commits are acknowledged, or it has ended. */
  async hasCommitted(commits: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      this.#onAcknowledged = () => {
        if (this.acknowledged.length >= commits) resolve();
      };
    });
    this.#onAcknowledged();
    await Promise.race([enough, this.#end]);
  }

  /** Kills it with SIGKILL; resolves when it is gone and all that it has said is here. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#end;
  }

  /** Resolves when it has ended by itself. @throws Error if it ended badly, with what it said. */
  async end(): Promise<void> {
    const [code, signal] = await this.#end;
    if (code === 0) return;
    throw new Error(`The process ended with ${code ?? signal}, and said: ${this.said.join("\n")}`);
  }

  #heard(line: string): void {
    // Without its end it may be a part of a number.
    if (/^\d+;$/.test(line)) {
      this.acknowledged.push(Number.parseInt(line, 10));
      this.#onAcknowledged();
    } else if (!/^\d*$/.test(line)) this.said.push(line);
  }
}

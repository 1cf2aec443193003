import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Program } from "../../support/compiled.js";

/** What is told as acknowledged, on a line of its own: any value of JSON. */
export function acknowledgement(value: unknown): string {
  return `+${JSON.stringify(value)};`;
}

/**
 * A process that writes to a directory until it is killed. On its output it tells, line by line, what
 * is acknowledged, and what else there is to say.
 */
export class Victim<Acknowledged> {
  readonly acknowledged: Acknowledged[] = [];
  /** Everything else that it has said. */
  readonly said: string[] = [];
  readonly #process: ChildProcess;
  readonly #end: Promise<readonly unknown[]>;
  #onLine = () => {};

  /** @param uid the user that it runs as; default this process's. */
  constructor({ path }: Program, args: readonly string[], uid?: number) {
    this.#process = spawn(process.execPath, [path, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
      uid,
    });
    this.#end = once(this.#process, "close");
    // It may be gone.
    this.#process.stdin!.on("error", () => {});
    createInterface(this.#process.stdout!).on("line", (line) => this.#heard(line));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Says a line to it. */
  tell(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /** Resolves when something holds, which changes by what it says only, or it has ended. */
  async until(holds: () => boolean): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#onLine = () => {
        if (holds()) resolve();
      };
    });
    this.#onLine();
    await Promise.race([done, this.#end]);
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
    const [, acknowledged] = /^\+(.*);$/.exec(line) ?? [];
    if (acknowledged !== undefined) this.acknowledged.push(JSON.parse(acknowledged));
    // A line without its end is one that it was killed at.
    else if (!line.startsWith("+") && line !== "") this.said.push(line);
    this.#onLine();
  }
}

/** Child processes that answer commands over IPC, one at a time. */
import { type ChildProcess, fork } from "node:child_process";

type Reply = { value: unknown } | { error: string };

/** The parent's end. */
export class Child {
  private waiting: { resolve(value: unknown): void; reject(error: Error): void } | undefined;
  private exited: Error | undefined;

  private constructor(
    private readonly process: ChildProcess,
    name: string,
  ) {
    process.on("message", (reply: Reply) => {
      const waiting = this.waiting;
      this.waiting = undefined;
      if ("error" in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.value);
    });
    process.once("exit", (code, signal) => {
      this.exited = new Error(`${name} ended early (${signal ?? `exit code ${code}`})`);
      this.waiting?.reject(this.exited);
    });
  }

  /** Starts `module`; the second value is what it said once it was ready. */
  static async start<T>(
    module: URL,
    args: readonly string[] = [],
    execArgv: readonly string[] = [],
  ): Promise<[Child, T]> {
    const child = new Child(
      fork(module, args, {
        // Instead of the parent's flags: it runs under tsx, the measured processes must not.
        execArgv: [...execArgv],
        serialization: "advanced",
        // stdout carries the results only.
        stdio: ["ignore", 2, 2, "ipc"],
      }),
      module.pathname,
    );
    return [child, (await child.reply()) as T];
  }

  async call<T>(command: string, argument?: unknown): Promise<T> {
    if (this.exited) throw this.exited;
    this.process.send({ command, argument });
    return (await this.reply()) as T;
  }

  stop(): void {
    this.process.kill();
  }

  private reply(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }
}

type Commands = Record<string, (argument: never) => unknown>;

/** The child's end: says `ready`, then answers `commands` until the parent goes away. */
export function answer(ready: unknown, commands: Commands): void {
  const send = (reply: Reply) => process.send?.(reply);
  process.on("message", async ({ command, argument }: { command: string; argument: never }) => {
    try {
      send({ value: await commands[command]?.(argument) });
    } catch (error) {
      send({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
  send({ value: ready });
}

/** What a process has used so far. */
export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
}

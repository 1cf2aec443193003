import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");

/** A folder of examples/. */
export type Example = "host-telemetry" | "sensor-log";

/**
 * Builds the page of an example (.proto, SDK, bundle) and type-checks it against its SDK, which is
 * not there yet when the rest of the repository is checked. Sluice itself has to be built already.
 */
export async function buildExample(example: Example): Promise<void> {
  if (!existsSync(join(root, "dist/index.js"))) {
    throw new Error("The example imports the built package. Run `npm run build` first.");
  }
  await run(`examples/${example}/build.mjs`);
  await run("node_modules/typescript/bin/tsc", "-p", `examples/${example}/web`);
}

async function run(...args: string[]): Promise<void> {
  const ended = promisify(execFile)(process.execPath, args, { cwd: root });
  await ended.catch(({ message, stdout }: { message: string; stdout: string }) => {
    throw new Error(`${message}\n${stdout}`);
  });
}

/** An example as its script in package.json runs it: a process of its own. */
export class ExampleServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Resolves when it listens: on any free port, or on the one that `env` has. */
  static async start(example: Example, env: NodeJS.ProcessEnv = {}): Promise<ExampleServer> {
    const child = spawn(process.execPath, ["--import", "tsx", `examples/${example}/main.ts`], {
      cwd: root,
      env: { ...process.env, PORT: "0", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    const url = await new Promise<string>((found, fail) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        // The last line is there: all is up.
        const [, page] = /^Page: +(http\S+)\/\nTry: .*\n/m.exec(output) ?? [];
        if (page !== undefined) found(page);
      });
      child.once("error", fail);
      child.once("exit", (code) => fail(new Error(`the example ended with ${code}:\n${output}`)));
    });
    return new ExampleServer(child, url);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Sends the signal, and resolves with the exit code: `null` if the signal itself ended it. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return this.#child.exitCode;
    }
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    const [code] = await exited;
    return code;
  }
}

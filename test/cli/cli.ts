import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The command as it is built: compiling it each time would take longer than most tests. */
const cliArgs = [join(root, "dist/cli/main.js")];

/** What temporary modules import Sluice from. */
export const sluiceModule = join(root, "dist/index.js");

/** The path of an app in `fixtures/`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** How a command ended. */
export interface CliResult {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CliOptions {
  readonly cwd: string;
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The user it runs as; default: this process's. */
  readonly uid?: number;
}

/** Runs `sluice` to its end. */
export async function sluice(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const running = new RunningCli(args, options);
  running.child.stdin!.end(options.stdin ?? "");
  return running.ended;
}

/** `sluice` while it runs. Disposing it kills it. */
export class RunningCli implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], { cwd, env, uid }: CliOptions) {
    this.child = spawn(process.execPath, [...cliArgs, ...args], {
      cwd,
      env: { ...process.env, ...env },
      uid,
    });
    this.child.stdout!.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    this.ended = once(this.child, "close").then(([code, signal]) => ({
      code: code ?? signal,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Waits until it has printed something to stdout after the first `since` characters. */
  async says(pattern: RegExp, since = 0): Promise<RegExpExecArray> {
    return waitFor(() => {
      const match = pattern.exec(this.stdout.slice(since));
      expect(match, `${pattern} in:\n${this.stdout}\nand ${this.stderr}`).not.toBeNull();
      return match!;
    });
  }

  /** Waits until it has printed something to stderr. */
  async complains(pattern: RegExp): Promise<void> {
    await waitFor(() => expect(this.stderr).toMatch(pattern));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    await this.ended;
  }
}

/** Waits for something another process does. */
export function waitFor<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 20 });
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A folder that goes away with the test, with a package.json and the repository's tools. */
export class Workspace implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  static async create(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const workspace = new Workspace(await realpath(await mkdtemp(join(tmpdir(), "sluice-cli-"))));
    await symlink(join(root, "node_modules"), join(workspace.dir, "node_modules"));
    await workspace.write({ "package.json": '{ "type": "module" }', ...files });
    return workspace;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.dir, path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text);
    }
  }

  /** As in a project that has installed nothing. */
  uninstallTools(): Promise<void> {
    return rm(this.path("node_modules"));
  }

  path(path: string): string {
    return join(this.dir, path);
  }

  /** Runs git; the working directory becomes a repository with `init`. */
  git(...args: string[]): Promise<string> {
    const config = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    return new Promise((done, fail) => {
      execFile("git", [...config, ...args], { cwd: this.dir }, (error, stdout) => {
        if (error) fail(error);
        else done(stdout.trim());
      });
    });
  }

  async commit(message = "state"): Promise<void> {
    await this.git("add", "--all", ":!node_modules");
    await this.git("commit", "--quiet", "--message", message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

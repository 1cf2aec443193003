import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CliError } from "./cli-error.js";
import { foldersAbove } from "./folders-above.js";
import { envOutsideGit } from "./outside-git.js";

/** What buf answered. */
export interface BufAnswer {
  /** 0, or 100 when it found something. */
  readonly code: number;
  readonly stdout: Buffer;
}

/** The exit code of buf when it has done its work and found something. */
export const bufFoundSomething = 100;

/**
 * Runs the user's own buf.
 *
 * @throws CliError when there is none, or when it could not do its work.
 */
export async function runBuf(args: readonly string[], cwd = "."): Promise<BufAnswer> {
  const buf = findBuf();
  if (buf === undefined) throw bufMissing();
  const options = { cwd, env: envOutsideGit(), encoding: "buffer", maxBuffer: 1 << 28 } as const;
  return new Promise((done, fail) => {
    execFile(buf, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (code === 0 || code === bufFoundSomething) return done({ code, stdout });
      const said = stderr.toString().trim().split("\n", 1)[0] || error?.message;
      fail(
        new CliError(`buf ${args[0]} failed: ${said}`, `The command was: buf ${args.join(" ")}`, {
          cause: error,
        }),
      );
    });
  });
}

/** That of the nearest node_modules, or the one on the PATH. */
export function findBuf(): string | undefined {
  const installed = foldersAbove(".").map((dir) => join(dir, "node_modules", ".bin"));
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((dir) => dir !== "");
  return [...installed, ...onPath].map((dir) => join(dir, "buf")).find((path) => existsSync(path));
}

function bufMissing(): CliError {
  return new CliError(
    "buf is not installed; it reads and checks .proto files",
    "Install it: npm install --save-dev @bufbuild/buf",
  );
}

import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { CliError } from "../cli-error.js";
import { envOutsideGit } from "../outside-git.js";

/** What the .proto files are compared with: an input of buf, or the reason why there is none. */
export type Baseline =
  | { readonly input: string; readonly label: string }
  | { readonly skipped: string };

/**
 * Finds the earlier state of a folder of .proto files.
 *
 * @param against a folder, or any name git knows a commit by; default: `HEAD`, if there is one.
 * @throws CliError when `against` is neither.
 */
export async function findBaseline(dir: string, against: string | undefined): Promise<Baseline> {
  if (against !== undefined && existsSync(against) && statSync(against).isDirectory()) {
    return { input: against, label: against };
  }
  const root = await git(dir, "rev-parse", "--show-toplevel");
  if (root === undefined) {
    if (against === undefined) return { skipped: `${dir} is in no git repository` };
    throw new CliError(
      `--against ${against} is no folder, and ${dir} is in no git repository`,
      "Give a folder that holds the earlier .proto files.",
    );
  }
  const ref = against ?? "HEAD";
  const commit = await git(dir, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) {
    if (against === undefined) return { skipped: "nothing is committed yet" };
    throw new CliError(
      `--against ${against} is neither a folder nor a git ref`,
      `If it is a branch of the remote: git fetch origin ${against}, then --against origin/${against}.`,
    );
  }
  const subdir = relative(root, resolve(dir)).replaceAll("\\", "/");
  const tree = subdir === "" ? commit : `${commit}:${subdir}`;
  if ((await git(dir, "rev-parse", "--verify", "--quiet", tree)) === undefined) {
    return { skipped: `${ref} has no ${subdir} yet` };
  }
  // A linked worktree has no repository of its own, and its HEAD is not the repository's.
  const repository = await git(dir, "rev-parse", "--path-format=absolute", "--git-common-dir");
  const within = subdir === "" ? "" : `,subdir=${subdir}`;
  return { input: `${repository}#format=git,ref=${commit}${within}`, label: ref };
}

/** What git prints, or `undefined` when it fails or is not there. */
function git(dir: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile("git", ["-C", dir, ...args], { env: envOutsideGit() }, (error, stdout) => {
      done(error === null ? stdout.trim() : undefined);
    });
  });
}

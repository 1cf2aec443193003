import { existsSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.js";

/** The argument for the directory of a log. */
export const directoryArg = {
  dir: { type: "positional", required: true, description: "Directory of the log, such as data" },
} as const;

/** @throws CliError when there is no log in a directory; opening it would make one. */
export function requireLog(dir: string): void {
  if (existsSync(join(dir, "data.mdb"))) return;
  throw new CliError(`there is no event log in ${dir}`, "Name the directory of `sluice serve`.");
}

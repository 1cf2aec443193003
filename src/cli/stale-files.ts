import { resolve } from "node:path";
import type { App } from "../app/app.js";
import type { EmittedFile } from "../app/emit.js";
import { CliError } from "./cli-error.js";
import { isFinalizedByModule } from "./load-app.js";

/** Those that differ from what is on disk, or are not there. */
export function staleFiles(files: readonly EmittedFile[]): EmittedFile[] {
  return files.filter(({ state }) => state !== "unchanged");
}

/**
 * A module that finalizes its app writes the .proto files when it is loaded: a check after that
 * would find them fresh whatever was committed.
 */
export function requireUnfinalized(app: App, file: string, dir: string): void {
  if (!app.proto.emit || resolve(dir) !== resolve(app.proto.dir)) return;
  if (!isFinalizedByModule(app)) return;
  throw new CliError(
    `${file} finalizes its app when it is imported, which writes the files to be checked`,
    "Export the app before finalize(), or give it `proto: { emit: false }`.",
  );
}

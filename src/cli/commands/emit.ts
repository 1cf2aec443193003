import { join } from "node:path";
import { defineCommand } from "citty";
import { compareFiles, type EmittedFile } from "../../app/emit.js";
import { commonArgs, fileArg } from "../arguments.js";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { loadApp } from "../load-app.js";
import { count, print, printJson, shortPath } from "../print.js";
import { requireUnfinalized, staleFiles } from "../stale-files.js";

export default defineCommand({
  meta: { name: "emit", description: "Write the .proto files of an app" },
  args: {
    file: fileArg,
    dir: { type: "string", description: "Folder of the .proto files; default: the app's own" },
    check: { type: "boolean", description: "Write nothing; exit 1 when files are stale" },
    ...commonArgs,
  },
  async run({ args }): Promise<number> {
    const app = await loadApp(args.file);
    const dir = args.dir ?? app.proto.dir;
    if (args.check) requireUnfinalized(app, args.file, dir);
    const files = args.check
      ? await compareFiles(dir, app.schema().protoFiles())
      : await app.emit(dir);
    const stale = staleFiles(files);
    if (args.json) printJson(asJson(dir, files, stale.length > 0));
    else if (!args.check) printWritten(dir, files, stale);
    else if (stale.length === 0) print(`${count(files.length, "file")} up to date in ${dir}`);
    else for (const { path, state } of stale) print(`${state}  ${shortPath(join(dir, path))}`);
    if (!args.check || stale.length === 0) return exitCodes.ok;
    const dirOption = args.dir === undefined ? "" : ` --dir ${args.dir}`;
    throw new CliError(
      `${count(stale.length, "file")} stale in ${dir}`,
      `Run: sluice emit ${args.file}${dirOption}`,
      { exitCode: exitCodes.findings },
    );
  },
});

function printWritten(dir: string, files: readonly EmittedFile[], stale: typeof files): void {
  for (const { path, state } of stale) {
    print(`${state === "missing" ? "created" : "updated"}  ${shortPath(join(dir, path))}`);
  }
  const unchanged = files.length - stale.length;
  if (files.length === 0) print("nothing to emit: the app declares no services of its own");
  else if (unchanged > 0) print(`${count(unchanged, "file")} up to date in ${dir}`);
}

function asJson(dir: string, files: readonly EmittedFile[], stale: boolean): object {
  return { dir, stale, files: files.map(({ path, state }) => ({ path, state })) };
}

/**
 * `npm run bench -- NAME [--json] [--rounds N] [--seconds S] [--case C]... [--events N] [--seed N]`
 *
 * Compiles `bench/` to plain JavaScript and runs it from there. The measured processes must not run
 * under tsx: it turns source maps on, so every stack trace taken costs more, and it wraps every
 * named inner function, so handlers that make closures per call pay for the wrapping per call.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(`${root}.cache`, { recursive: true });
// A directory of its own per run, so two runs at once never read each other's half-written files;
// inside the checkout, so that `sluice` and node_modules resolve from it.
const out = mkdtempSync(`${root}.cache/bench-`);
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

execFileSync(
  process.execPath,
  [
    `${root}node_modules/typescript/bin/tsc`,
    "-p",
    `${root}bench/tsconfig.build.json`,
    "--outDir",
    out,
  ],
  { stdio: ["ignore", 2, 2] },
);
const cli: typeof import("./lib/cli.js") = await import(pathToFileURL(`${out}/lib/cli.js`).href);
process.exitCode = await cli.main(process.argv.slice(2));

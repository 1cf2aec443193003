/**
 * Runs Connect's own conformance suite (connectrpc.com/conformance) against the server of start-server.ts.
 *
 *   npm run conformance                           all cases
 *   npm run conformance -- --run 'Errors/**' -v   options of connectconformance pass through, --conf too
 *   npm run conformance -- --prepare              installs the suite and generates its messages, runs nothing
 *   npm run conformance -- -- --no-fast-path      the server answers everything by connect-node's handlers;
 *                                                 what follows the second "--" reaches its process.argv
 *
 * Ends with a line "N passed, N failed" and exits non-zero when anything failed or nothing ran.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  generateMessages,
  installSuite,
  PreparationError,
  repositoryRoot,
  suiteBinary,
  suiteVersion,
} from "./toolchain.js";

try {
  installSuite();
  generateMessages();
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const args = process.argv.slice(2);
if (!args.includes("--prepare")) process.exitCode = await runSuite(args);

/** Runs the suite, shows what it prints as it comes, and resolves with this program's exit code. */
async function runSuite(args: string[]): Promise<number> {
  const split = args.includes("--") ? args.indexOf("--") : args.length;
  const startedAt = performance.now();
  const suite = spawn(
    suiteBinary,
    [
      ...["--mode", "server"],
      ...["--conf", "test/conformance/config.yaml"],
      ...["--known-failing", "@test/conformance/known-failing.txt"],
      ...args.slice(0, split),
      "--",
      ...[process.execPath, "--import", "tsx", "test/conformance/server.ts"],
      ...args.slice(split + 1),
    ],
    { cwd: repositoryRoot, stdio: ["ignore", "pipe", "inherit"] },
  );
  process.on("SIGTERM", () => suite.kill());

  let output = "";
  suite.stdout.setEncoding("utf8").on("data", (text: string) => {
    process.stdout.write(text);
    output += text;
  });
  const [exitCode] = await once(suite, "close");

  const summary = output.match(/^(\d+) passed, (\d+) failed$/m);
  if (!summary) {
    console.error(`connectconformance ended without a summary (exit code ${exitCode}).`);
    return 1;
  }
  const [line, passed, failed] = summary;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`connectconformance ${suiteVersion}, ${seconds} s`);
  console.log(line);
  return exitCode === 0 && failed === "0" && passed !== "0" ? 0 : 1;
}

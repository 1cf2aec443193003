import { type ArgsDef, defineCommand } from "citty";
import type { Verification } from "../../../log/verify/verify-log.js";
import { commonArgs } from "../../arguments.js";
import { CliError } from "../../cli-error.js";
import { codedFailure } from "../../coded-failure.js";
import { directoryArg, requireLog } from "../../events/log-directory.js";
import { exitCodes } from "../../exit-codes.js";
import { interruptSignal } from "../../interrupt.js";
import { printLines } from "../../output.js";
import { columns, count, print, printJson, shortPath } from "../../print.js";
import { barsOn } from "../../progress-bars.js";
import { ProgressLine } from "../../progress-line.js";

const args = {
  ...directoryArg,
  ...commonArgs,
} as const satisfies ArgsDef;

/** Findings that are printed; with `--json`, as many as are listed. */
const maxPrinted = 100;

export default defineCommand({
  meta: { name: "verify", description: "Check a log in a directory that no server has open" },
  args,
  async run({ args: { dir, json } }): Promise<number> {
    const found = await verify(dir);
    if (json) printJson(found);
    else await describe(dir, found);
    if (found.found === 0) return exitCodes.ok;
    const codes = [...new Set(found.findings.map(({ code }) => code))];
    throw new CliError(
      `${count(found.found, "finding")} (${codes.join(", ")})`,
      "Keep a copy of the directory, then restore a backup. docs/durability.md says what they mean.",
      { exitCode: exitCodes.findings },
    );
  },
});

async function verify(dir: string): Promise<Verification> {
  requireLog(dir);
  const [{ lmdb }, { verifyLog }] = await Promise.all([
    import("../../../log/storage/lmdb.js"),
    import("../../../log/verify/verify-log.js"),
  ]);
  const signal = interruptSignal();
  const line = new ProgressLine();
  try {
    const onProgress = barsOn(line, ({ part, done }) => `${part}, ${done.toLocaleString("en")}`);
    return await verifyLog(lmdb(dir), { onProgress, signal });
  } catch (error) {
    if (!signal.aborted) throw codedFailure(error, ["storage_damaged"]);
    throw new CliError("interrupted before everything was verified", "Run it again.");
  } finally {
    line.clear();
  }
}

async function describe(dir: string, found: Verification): Promise<void> {
  const { records, events, types, servers, unindexed, findings } = found;
  const parts = [
    count(records, "record"),
    count(events, "event"),
    count(types, "type"),
    count(servers, "server"),
  ];
  print(`${shortPath(dir)}: ${parts.join(", ")}`);
  if (unindexed > 0) {
    print(
      `  ${count(unindexed, "record")} not in the index yet; a server reads them when it starts`,
    );
  }
  const printed = findings.slice(0, maxPrinted);
  await printLines(columns(printed.map(({ code, place, text }) => [code, place, text])));
  const more = found.found - printed.length;
  if (more > 0) print(`  and ${more} more`);
}

import { type ArgsDef, defineCommand } from "citty";
import type { Compaction } from "../../../log/compact-log.js";
import { commonArgs } from "../../arguments.js";
import { CliError } from "../../cli-error.js";
import { codedFailure } from "../../coded-failure.js";
import { directoryArg, requireLog } from "../../events/log-directory.js";
import { exitCodes } from "../../exit-codes.js";
import { interruptSignal } from "../../interrupt.js";
import { print, printJson, shortPath } from "../../print.js";
import { barsOn } from "../../progress-bars.js";
import { ProgressLine } from "../../progress-line.js";

const args = {
  ...directoryArg,
  to: { type: "positional", required: true, description: "Directory of the copy; is made" },
  ...commonArgs,
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: "compact",
    description: "Copy a log that no server has open, without the space of what was removed",
  },
  args,
  async run({ args: { dir, to, json } }): Promise<number> {
    const { bytesBefore, bytesAfter } = await compacted(dir, to);
    if (json) printJson({ bytesBefore, bytesAfter });
    else {
      print(
        `${shortPath(dir)}: ${mebibytes(bytesBefore)}, ${shortPath(to)}: ${mebibytes(bytesAfter)}`,
      );
      print(`  a server uses it with --dir ${shortPath(to)}`);
    }
    return exitCodes.ok;
  },
});

async function compacted(dir: string, to: string): Promise<Compaction> {
  requireLog(dir);
  const { compactLog } = await import("../../../log/compact-log.js");
  const signal = interruptSignal();
  const line = new ProgressLine();
  try {
    return await compactLog(dir, to, { onProgress: barsOn(line, ({ part }) => part), signal });
  } catch (error) {
    if (!signal.aborted) throw codedFailure(error, ["storage_damaged"]);
    throw new CliError("interrupted: there is no copy", "Run it again.");
  } finally {
    line.clear();
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

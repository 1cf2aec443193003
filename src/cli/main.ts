#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { checkArguments } from "./arguments.js";
import { chooseCommand } from "./choose-command.js";
import { CliError, reportFailure } from "./cli-error.js";
import { exitCodes, exitCodesHelp } from "./exit-codes.js";
import { print } from "./print.js";

const program = defineCommand({
  meta: {
    name: "sluice",
    version: version(),
    description: "Decorated TypeScript classes, served as Connect RPC",
  },
  subCommands: {
    dev: () => import("./commands/dev.js").then((module) => module.default),
    serve: () => import("./commands/serve.js").then((module) => module.default),
    emit: () => import("./commands/emit.js").then((module) => module.default),
    check: () => import("./commands/check.js").then((module) => module.default),
    call: () => import("./commands/call.js").then((module) => module.default),
    events: () => import("./commands/events.js").then((module) => module.default),
    ls: () => import("./commands/ls.js").then((module) => module.default),
  },
});

async function run(rawArgs: readonly string[]): Promise<number> {
  const { command, parent, args, names } = await chooseCommand(program, rawArgs);
  const isProgram = parent === undefined;
  if (isProgram && (args.includes("--version") || args.includes("-v"))) print(version());
  else if (wantsHelp(args)) print(await help(command, parent));
  else if (names === undefined) {
    checkArguments(args, command.args as Parameters<typeof checkArguments>[1]);
    const { result } = await runCommand(command, { rawArgs: [...args] });
    return result as number;
  } else if (args.length > 0) {
    throw new CliError("no command", `Choose one: ${names.join(", ")}.`);
  } else {
    console.error(await help(command, parent));
    return exitCodes.unusable;
  }
  return exitCodes.ok;
}

function wantsHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

async function help(command: CommandDef, parent?: CommandDef): Promise<string> {
  const usage = await renderUsage(command, parent);
  const codes = exitCodesHelp.map((line) => `  ${line}`).join("\n");
  const text = `${usage.trimEnd()}\n\nEXIT CODES\n\n${codes}`.replace(/ +$/gm, "");
  return process.stdout.isTTY ? text : stripVTControlCharacters(text);
}

/** From package.json, which is as far from `src/cli` as from `dist/cli`. */
function version(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

const rawArgs = process.argv.slice(2);
const report = { json: rawArgs.includes("--json"), verbose: rawArgs.includes("--verbose") };

let finished = false;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  finished = true;
  // `sluice call … | head -1`: whoever read the output has seen enough.
  process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.unusable);
});

// The user's module runs in this process and may end it: by process.exit(), by an error that nobody
// catches, by waiting for what never happens. None of them may pass for a result of the command.
process.once("exit", (code) => {
  const isSecondSignal = code > 128;
  if (finished || isSecondSignal) return;
  const ended = new CliError(
    `the process ended before the command had finished (exit code ${code})`,
    "Look in the module, and in what it imports, for process.exit() or an await without end.",
  );
  process.exitCode = reportFailure(ended, report);
});

// No `await`: for one that is never settled Node has words of its own.
void run(rawArgs)
  .catch((error: unknown) => reportFailure(error, report))
  .then((exitCode) => {
    finished = true;
    // Explicitly, because the user's module may have left timers and connections behind.
    process.stdout.write("", () => process.exit(exitCode));
  });

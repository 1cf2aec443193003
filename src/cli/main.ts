#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import {
  type CommandDef,
  defineCommand,
  renderUsage,
  runCommand,
  type SubCommandsDef,
} from "citty";
import { checkArguments } from "./arguments.js";
import { CliError, reportFailure } from "./cli-error.js";
import { exitCodes, exitCodesHelp } from "./exit-codes.js";
import { didYouMean } from "./nearest.js";
import { print } from "./print.js";

/** Each is loaded when it is run, so that none pays for what the others import. */
const commands = {
  dev: () => import("./commands/dev.js").then((module) => module.default),
  serve: () => import("./commands/serve.js").then((module) => module.default),
  emit: () => import("./commands/emit.js").then((module) => module.default),
  check: () => import("./commands/check.js").then((module) => module.default),
  call: () => import("./commands/call.js").then((module) => module.default),
  ls: () => import("./commands/ls.js").then((module) => module.default),
} satisfies SubCommandsDef;

const program = defineCommand({
  meta: {
    name: "sluice",
    version: version(),
    description: "Decorated TypeScript classes, served as Connect RPC",
  },
  subCommands: commands,
});

async function run(rawArgs: readonly string[]): Promise<number> {
  const at = rawArgs.findIndex((arg) => !arg.startsWith("-"));
  const name = rawArgs[at];
  if (name === undefined) {
    if (rawArgs.includes("--version") || rawArgs.includes("-v")) print(version());
    else if (wantsHelp(rawArgs)) print(await help(program));
    else if (rawArgs.length === 0) console.error(await help(program));
    else throw new CliError("no command", `Choose one: ${Object.keys(commands).join(", ")}.`);
    return rawArgs.length === 0 ? exitCodes.unusable : exitCodes.ok;
  }
  if (!Object.hasOwn(commands, name)) {
    const names = Object.keys(commands);
    throw new CliError(
      `unknown command "${name}"`,
      `${didYouMean(name, names)}There are: ${names.join(", ")}.`,
    );
  }
  // Each has arguments of its own, which `runCommand` hands it as it declares them.
  const command = (await commands[name as keyof typeof commands]()) as unknown as CommandDef;
  const args = rawArgs.toSpliced(at, 1);
  if (wantsHelp(args)) {
    print(await help(command, program));
    return exitCodes.ok;
  }
  checkArguments(args, command.args as Parameters<typeof checkArguments>[1]);
  const { result } = await runCommand(command, { rawArgs: args });
  return result as number;
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

import type { ArgsDef, CommandDef, CommandMeta, SubCommandsDef } from "citty";
import { CliError } from "./cli-error.js";
import { didYouMean } from "./nearest.js";

/** A command, as it was asked for. */
export interface Chosen {
  readonly command: CommandDef;
  /** What it is part of; `undefined`: it is the program itself. */
  readonly parent: CommandDef | undefined;
  /** What was given besides names of commands. */
  readonly args: readonly string[];
  /** The commands of a group, of which none was named. */
  readonly names: readonly string[] | undefined;
}

/**
 * Finds the command that is named at the beginning, group by group. Each is loaded when it is asked
 * for, so that none pays for what the others import.
 *
 * @throws CliError when there is none of that name.
 */
export async function chooseCommand(
  program: CommandDef,
  rawArgs: readonly string[],
): Promise<Chosen> {
  const path: string[] = [];
  let command = program;
  let parent: CommandDef | undefined;
  let args = rawArgs;
  for (;;) {
    const commands = command.subCommands as SubCommandsDef | undefined;
    if (commands === undefined) return { command, parent, args, names: undefined };
    const names = Object.keys(commands);
    const at = args.findIndex((arg) => !arg.startsWith("-"));
    const name = args[at];
    if (name === undefined) return { command, parent, args, names };
    if (!Object.hasOwn(commands, name)) {
      throw new CliError(
        `unknown command "${[...path, name].join(" ")}"`,
        `${didYouMean(name, names)}There are: ${names.join(", ")}.`,
      );
    }
    const meta = program.meta as CommandMeta;
    parent = { meta: { ...meta, name: [meta.name, ...path].join(" ") } };
    path.push(name);
    command = await (commands[name] as () => Promise<CommandDef<ArgsDef>>)();
    args = args.toSpliced(at, 1);
  }
}

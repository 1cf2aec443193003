import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { CliError } from "./cli-error.js";
import { nearest } from "./nearest.js";

/** An option every command has. */
export const verboseArg = {
  verbose: { type: "boolean", description: "Say more; show the stack of errors" },
} as const satisfies ArgsDef;

/** Options of every command that has a result. */
export const commonArgs = {
  json: { type: "boolean", description: "Print JSON, also for errors (on stderr)" },
  ...verboseArg,
} as const satisfies ArgsDef;

/** Where servers listen, unless they are told otherwise. */
export const defaultPort = "8080";

/** The module that most commands work on. */
export const fileArg = {
  type: "positional",
  required: true,
  description: "Module that exports the App, as `app` or default",
} as const;

/**
 * Refuses what citty would silently let pass, such as unknown options and surplus arguments. A mistyped `--check` must not write files.
 * A last argument whose name ends in `...` takes as many as there are; `args._` has them.
 *
 * @returns every value of every string option, for those that may be repeated.
 */
export function checkArguments(
  rawArgs: readonly string[],
  definition: ArgsDef,
): Readonly<Record<string, readonly string[]>> {
  const positional = Object.entries(definition).filter(([, { type }]) => type === "positional");
  const named = Object.entries(definition).filter(([, { type }]) => type !== "positional");
  const options = Object.fromEntries(
    named.map(([name, { type }]) => {
      const isBoolean = type === "boolean";
      return [name, { type: isBoolean ? "boolean" : "string", multiple: !isBoolean }] as const;
    }),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...rawArgs], options, allowPositionals: true });
  } catch (cause) {
    throw wrongOption(cause as NodeJS.ErrnoException, rawArgs, Object.keys(options));
  }
  const given = parsed.positionals;
  const missing = positional.find(([, { required }], i) => required && i >= given.length);
  if (missing !== undefined) {
    const [name, { description }] = missing;
    throw new CliError(`missing argument ${name.toUpperCase()}`, `It is: ${description}.`);
  }
  const takesMore = positional.at(-1)?.[0].endsWith("...") === true;
  if (given.length > positional.length && !takesMore) {
    throw new CliError(
      `unexpected argument "${given[positional.length]}"`,
      "Quote arguments that contain spaces; --help shows what the command takes.",
    );
  }
  return parsed.values as Record<string, readonly string[]>;
}

function wrongOption(
  cause: NodeJS.ErrnoException,
  rawArgs: readonly string[],
  names: readonly string[],
): CliError {
  if (cause.code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    // Node goes on with advice about its own API.
    return new CliError(cause.message.split(/[.\n]/, 1)[0]!, "See --help.", { cause });
  }
  const [, option = ""] = /'(--?[^' ]+)/.exec(cause.message) ?? [];
  const written = rawArgs.find((arg) => arg.startsWith(option)) ?? option;
  const meant = nearest(option.replace(/^-+/, ""), names);
  return new CliError(
    `unknown option ${written.split("=", 1)[0]}`,
    meant === undefined ? "See --help." : `Did you mean --${meant}?`,
    { cause },
  );
}

/** A whole number from an option. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CliError(`${option} must be a whole number from ${min} to ${max}, got "${text}"`);
}

import { stripVTControlCharacters } from "node:util";
import { exitCodes } from "./exit-codes.js";

/** A failure the user can do something about: one line that says what is wrong, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    message: string,
    /** The next step, as a sentence or a command; more lines where there is more to say. */
    readonly next = "",
    options: ErrorOptions & { readonly exitCode?: number; readonly facts?: object } = {},
  ) {
    super(message, options);
    this.exitCode = options.exitCode ?? exitCodes.unusable;
    this.facts = options.facts ?? {};
  }

  readonly exitCode: number;
  /** For `--json`: what belongs to the error besides its text. */
  readonly facts: object;
}

/** How failures are shown. */
export interface ReportOptions {
  /** One JSON object in one line instead of text. */
  readonly json: boolean;
  /** With the stack of the original error. */
  readonly verbose: boolean;
}

/** Says on stderr what went wrong and returns the exit code for it. */
export function reportFailure(thrown: unknown, { json, verbose }: ReportOptions): number {
  const error = asCliError(thrown);
  const { next, facts } = error;
  // Servers and modules have their say in it: neither may move the cursor or break the line.
  const message = stripVTControlCharacters(error.message).replaceAll(/\s*\n\s*/g, " ");
  if (json) {
    const stack = verbose ? { stack: stackOf(thrown) } : {};
    console.error(JSON.stringify({ error: { message, next, ...facts, ...stack } }));
  } else {
    console.error(`sluice: ${message}`);
    if (next !== "") console.error(stripVTControlCharacters(next).replace(/^/gm, "  "));
    if (verbose) console.error(stackOf(thrown));
  }
  return error.exitCode;
}

function asCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message } = cause;
  // citty exports no class to ask for.
  if (cause.name === "CLIError") return new CliError(message, "See `sluice --help`.", { cause });
  // Coded errors say themselves what to do.
  if (cause.name === "SluiceError") return new CliError(codedMessage(cause), "", { cause });
  return new CliError(message, "Run it again with --verbose to see where.", { cause });
}

/** The message of an error, with its code where it is one of Sluice's, whichever copy raised it. */
export function codedMessage(error: Error): string {
  const { code } = error as { code?: unknown };
  return error.name === "SluiceError" ? `${error.message} (${code})` : error.message;
}

function stackOf(thrown: unknown): string {
  const cause = thrown instanceof CliError ? (thrown.cause ?? thrown) : thrown;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

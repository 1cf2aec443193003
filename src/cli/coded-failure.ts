import { type ErrorCode, SluiceError } from "../errors.js";
import { CliError } from "./cli-error.js";
import { exitCodes } from "./exit-codes.js";

/**
 * What a coded error says, and behind that what to do; any other error is thrown as it is.
 *
 * @param findings codes that are what the command was to find out.
 */
export function codedFailure(thrown: unknown, findings: readonly ErrorCode[] = []): CliError {
  if (!(thrown instanceof SluiceError)) throw thrown;
  const { code } = thrown;
  const [message = "", ...next] = thrown.message.split(/(?<=\.)\s+/);
  return new CliError(message, next.join(" ") || "See docs/errors.md.", {
    cause: thrown,
    exitCode: findings.includes(code) ? exitCodes.findings : exitCodes.unusable,
    facts: { code },
  });
}

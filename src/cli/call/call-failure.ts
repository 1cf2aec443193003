import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { ErrorDetailSchema } from "../../gen/sluice/errors/v1/errors_pb.js";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";

/**
 * A failed call, with everything the server said about it.
 *
 * @param start the command that starts such a server.
 */
export function callFailure(thrown: unknown, url: string, start = "sluice dev FILE"): CliError {
  if (thrown instanceof CliError) return thrown;
  const error = ConnectError.from(thrown);
  // A request that cannot be made of what was typed fails while it is being sent.
  if (error.cause instanceof CliError) return error.cause;
  const code = codeToString(error.code);
  const [detail] = error.findDetails(ErrorDetailSchema);
  const violations = detail?.violations.map(({ field, description }) => ({ field, description }));
  const lines = (violations ?? [])
    .map(({ field, description }) => `${field}: ${description}`)
    // A single one is often the whole message.
    .filter((line) => !error.rawMessage.includes(line));
  if (error.code === Code.Unavailable && isRefused(error.cause)) {
    lines.push(`Nothing listens at ${url}. Start the server, for example with: ${start}`);
  }
  return new CliError(
    `${code}: ${error.rawMessage}${detail === undefined ? "" : ` (${detail.code})`}`,
    lines.join("\n"),
    {
      cause: error,
      exitCode: exitCodes.findings,
      facts: {
        code,
        message: error.rawMessage,
        ...(detail && { sluice: { code: detail.code, violations } }),
      },
    },
  );
}

function isRefused(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
}

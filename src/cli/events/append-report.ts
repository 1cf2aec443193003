import { CliError } from "../cli-error.js";
import { count } from "../print.js";
import type { Acknowledged, AppendFailure } from "./append-lines.js";
import { LineError } from "./input-lines.js";

/** What is told when lines could not all be stored: exactly what is, and what nobody knows. */
export function appendReport(
  { error, refused, unknown }: AppendFailure,
  acknowledged: Acknowledged,
  failureOf: (error: unknown) => CliError,
): CliError {
  const { message, next, facts, exitCode } =
    error instanceof LineError
      ? new CliError(`line ${error.line} is no event: ${error.problem}`)
      : failureOf(error);
  const lines = [
    ...next.split("\n").map((line) => withLineNumber(line, refused)),
    stored(acknowledged),
    ...(unknown === undefined ? [] : [`Nobody knows of ${range(...unknown)}: ${toKnow}`]),
  ];
  const text = withLineNumber(message, refused);
  // Most refusals say which of the events is to blame.
  const isNamed = refused.length === 0 || text !== message;
  return new CliError(
    isNamed ? text : `${range(refused[0]!, refused.at(-1)!)}: ${text}`,
    lines.filter((line) => line !== "").join("\n"),
    {
      cause: error,
      exitCode,
      facts: {
        ...facts,
        ...spoken(facts, refused),
        acknowledged,
        refused: edges(refused),
        unknown: unknown ?? null,
      },
    },
  );
}

const toKnow =
  "they were on their way. With --key, lines can be sent again without being stored twice.";

function stored({ events, line }: Acknowledged): string {
  if (events === 0) return "Nothing was stored.";
  return `Acknowledged: ${count(events, "event")}, all up to line ${line}.`;
}

/** What `--json` shows as the message, if that is another one. */
function spoken({ message }: { message?: unknown }, refused: readonly number[]): object {
  return typeof message === "string" ? { message: withLineNumber(message, refused) } : {};
}

/** `events[3].type`, of the events of some lines, as `line 7: type`. */
function withLineNumber(text: string, lines: readonly number[]): string {
  return text.replace(/\bevents\[(\d+)\](?:\.(\w+))?/g, (whole, index: string, field = "") => {
    const line = lines[Number(index)];
    if (line === undefined) return whole;
    return `line ${line}${field === "" ? "" : `: ${field}`}`;
  });
}

function range(first: number, last: number): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function edges(lines: readonly number[]): readonly [number, number] | null {
  return lines.length === 0 ? null : [lines[0]!, lines.at(-1)!];
}

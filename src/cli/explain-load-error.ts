import { fileURLToPath } from "node:url";
import { CliError, codedMessage } from "./cli-error.js";
import { shortPath } from "./print.js";

/** The folder of Sluice's own code: a user's mistake is shown where the user wrote it. */
const ownCode = fileURLToPath(new URL("..", import.meta.url));

/** What a person needs to know of an error thrown while a module was loaded: what, and where. */
export function explainLoadError(file: string, thrown: unknown): CliError {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new CliError(`cannot load ${file}: ${what(cause)}`, nextStep(cause), { cause });
}

function what(error: Error): string {
  const syntax = /^(.+):(\d+):(\d+): ERROR: (.*)$/m.exec(error.message);
  if (syntax !== null) {
    const [, path = "", line, column, message] = syntax;
    return `${message} (${shortPath(path)}:${line}:${column})`;
  }
  const message = codedMessage(error).split("\n", 1)[0]!.replaceAll(`${process.cwd()}/`, "");
  const named = error.name === "Error" || error.name === "SluiceError" ? "" : `${error.name}: `;
  const place = firstFrame(error);
  return `${named}${message}${place === undefined ? "" : ` (${place})`}`;
}

/** The innermost place in the user's own code. */
function firstFrame(error: Error): string | undefined {
  for (const [, path = "", line, column] of (error.stack ?? "").matchAll(
    /(?:\(|at |file:\/\/)(\/[^()\n]*?)(?:\?[^:\n]*)?:(\d+):(\d+)/g,
  )) {
    if (path.includes("/node_modules/") || path.startsWith(ownCode)) continue;
    return `${shortPath(path)}:${line}:${column}`;
  }
  return undefined;
}

function nextStep(error: Error): string {
  if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") {
    return "Check the path, or install the package.";
  }
  return error.name === "SluiceError" ? "" : "--verbose shows the whole stack.";
}

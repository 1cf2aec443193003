import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { App } from "../app/app.js";
import { CliError } from "./cli-error.js";
import { explainLoadError } from "./explain-load-error.js";
import { type Exports, importTypeScript } from "./import-typescript.js";
import { onListen } from "./listening.js";

/**
 * Loads the App that a module exports, to look at it: nothing listens, and what the module prints
 * goes to stderr. The caller has to exit explicitly, for timers and connections may be left behind.
 */
export async function loadApp(file: string): Promise<App> {
  // stdout is for the command's own results.
  console.log = console.info = console.debug = console.error;
  const listens = new Promise<never>((_, reject) => {
    onListen(() => reject(listensOnImport(file)), { allow: false });
  });
  return Promise.race([importApp(file), listens]);
}

/**
 * Imports a module and returns the App it exports.
 *
 * @param onImport told of each file that is imported.
 */
export async function importApp(file: string, onImport?: (path: string) => void): Promise<App> {
  requireFile(file);
  let exports: Exports;
  try {
    exports = await importTypeScript(resolve(file), onImport);
    for (const candidate of candidates(exports)) {
      // An app that is put together asynchronously.
      const app = await candidate;
      if (isApp(app)) return app;
    }
  } catch (error) {
    throw explainLoadError(file, error);
  }
  throw noApp(file, exports);
}

/**
 * Whether a module has finalized its app itself, or has begun to. `app.ready` does not tell: it is
 * false also while finalizing. To be asked only of an app that is thrown away afterwards.
 */
export function isFinalizedByModule(app: App): boolean {
  try {
    app.use({ name: "sluice-cli-probe" });
    return false;
  } catch {
    return true;
  }
}

/** @throws CliError when there is no such file. */
export function requireFile(file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile()) return;
  throw new CliError(
    stat === undefined ? `there is no file ${file}` : `${file} is not a file`,
    "Name the module that exports your App, for example src/app.ts.",
  );
}

/** Modules of CommonJS packages have their exports inside `default`. */
function candidates(exports: Exports): unknown[] {
  const inner = (exports.default ?? {}) as Exports;
  return [exports.app, exports.default, inner.app, inner.default];
}

/**
 * By its shape, not its class: the user's copy of Sluice may be another one than that of a
 * globally installed command, or the same file loaded as CommonJS.
 */
function isApp(value: unknown): value is App {
  const methods = ["use", "schema", "finalize", "emit", "listen", "close"];
  return (
    typeof value === "object" &&
    value !== null &&
    methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function")
  );
}

function listensOnImport(file: string): CliError {
  return new CliError(
    `${file} starts a server when it is imported`,
    "Export the App from a module of its own and listen in another one, which imports it.\n" +
      `To run it, use: sluice dev ${file}`,
  );
}

function noApp(file: string, exports: Exports): CliError {
  const named = (name: string) => exports[name] ?? (exports.default as Exports | undefined)?.[name];
  const other = Object.keys(exports).find((name) => isApp(exports[name]));
  if (other !== undefined) {
    return new CliError(
      `${file} exports its App as \`${other}\``,
      `Rename it to \`app\`, or add: export default ${other};`,
    );
  }
  const made = ["app", "default"].find((name) => typeof named(name) === "function");
  if (made !== undefined) {
    return new CliError(
      `${file} exports a function as \`${made}\`, not an App`,
      "Export what it makes: export const app = new App({ … });",
    );
  }
  const names = Object.keys(exports).join(", ");
  return new CliError(
    `${file} exports no App${names === "" ? "" : ` (only ${names})`}`,
    "Add: export const app = new App({ … });",
  );
}

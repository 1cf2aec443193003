import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { foldersAbove } from "./folders-above.js";

/** A module's exports. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports a TypeScript (or JavaScript) module into this process, so that what it imports from
 * Sluice is the same copy as ours wherever it is the same file.
 *
 * @param onImport told of each file that is imported, before it runs; also when that fails.
 */
export async function importTypeScript(
  path: string,
  onImport?: (path: string) => void,
): Promise<Exports> {
  // tsx looks in the working directory, which in a monorepo is not where the module's settings are.
  const tsconfig = nearestTsconfig(path);
  if (tsconfig !== undefined) process.env.TSX_TSCONFIG_PATH ??= tsconfig;
  const [esm, cjs] = await Promise.all([import("tsx/esm/api"), import("tsx/cjs/api")]);
  // Both, because a package.json without `"type": "module"` makes its modules CommonJS.
  cjs.register();
  const unregister = esm.register({
    onImport: (url) => {
      if (url.startsWith("file:")) onImport?.(fileURLToPath(url));
    },
  });
  try {
    return (await import(pathToFileURL(path).href)) as Exports;
  } catch (error) {
    // Waits until all calls of `onImport` have arrived from the loader's thread.
    await unregister();
    throw error;
  }
}

function nearestTsconfig(path: string): string | undefined {
  return foldersAbove(dirname(path))
    .map((dir) => join(dir, "tsconfig.json"))
    .find((candidate) => existsSync(candidate));
}

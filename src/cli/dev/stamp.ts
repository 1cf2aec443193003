import { statSync } from "node:fs";

/** Changes whenever a file is written or replaced. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
}

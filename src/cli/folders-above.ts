import { dirname, resolve } from "node:path";

/** A folder and all those it is in, innermost first. */
export function foldersAbove(dir: string): string[] {
  const folders = [resolve(dir)];
  for (let at = folders[0]!; at !== dirname(at); at = dirname(at)) folders.push(dirname(at));
  return folders;
}

/** Where systems under test keep data, and that nothing of it stays behind. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The environment variable that tells processes of this directory. */
export const dataVariable = "SLUICE_BENCH_DATA";

/** Removed when this process ends, if not before. */
const leftOver = new Set<string>();
process.once("exit", () => {
  for (const directory of leftOver) remove(directory);
});

/** The types of tmpfs and ramfs: what statfs(2) says. */
const inMemory = new Set([0x01021994, 0x858458f6]);

/**
 * Makes a directory for the processes started from here on, which is removed when this one ends.
 *
 * @returns what is to be said about it, if anything.
 */
export function provideData(): string | undefined {
  const root = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  // Of systems that run as somebody else.
  chmodSync(root, 0o755);
  doomed(root);
  process.env[dataVariable] = root;
  return inMemory.has(statfsSync(root).type)
    ? `${tmpdir()} IS MEMORY: flushing costs nothing there. Set TMPDIR to a directory on a disk.`
    : undefined;
}

/** A directory that all processes of a run have under this name. */
export function sharedDirectory(name: string): string {
  const directory = join(dataRoot(), name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** An empty directory of this process. */
export function emptyDirectory(name: string): string {
  return doomed(mkdtempSync(join(dataRoot(), `${name}-`)));
}

export function remove(directory: string): void {
  // Somebody may still be writing there who has been told to end.
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  leftOver.delete(directory);
}

function dataRoot(): string {
  const root = process.env[dataVariable];
  if (root === undefined) throw new Error(`no ${dataVariable}: see provideData()`);
  return root;
}

function doomed(directory: string): string {
  leftOver.add(directory);
  return directory;
}

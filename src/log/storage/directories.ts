import { mkdir, open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Makes a directory, and those above it, if they are not there; its name is durable then. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await make(resolve(path));
  if (first === undefined) return;
  for (let made = resolve(path); made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/**
 * Not by Node's `recursive`, which goes round for ever where nothing can be made, as in /proc.
 *
 * @returns the first that was not there.
 */
async function make(path: string): Promise<string | undefined> {
  const above = dirname(path);
  try {
    return (await makeOne(path)) ? path : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === path) throw error;
  }
  const first = await make(above);
  // If it cannot be made although all above it is there, this says so.
  const isMade = await makeOne(path);
  return first ?? (isMade ? path : undefined);
}

/** @returns whether it was not there. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    if (isThere && (await stat(path)).isDirectory()) return false;
    throw error;
  }
}

/** Makes the names in a directory durable; Windows does so by itself. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

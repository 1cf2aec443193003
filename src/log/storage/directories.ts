import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Makes a directory, and those above it, if they are not there; its name is durable then. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(path); made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
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

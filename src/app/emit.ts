import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ProtoFile } from "../schema/compile.js";

/** How an emitted file compares with the one on disk. */
export interface EmittedFile extends ProtoFile {
  readonly state: "unchanged" | "changed" | "missing";
}

/** Compares files with a folder and writes nothing. */
export function compareFiles(dir: string, files: readonly ProtoFile[]): Promise<EmittedFile[]> {
  return Promise.all(
    files.map(async (file): Promise<EmittedFile> => {
      const present = await readIfThere(join(dir, file.path));
      const state =
        present === undefined ? "missing" : present === file.text ? "unchanged" : "changed";
      return { ...file, state };
    }),
  );
}

/**
 * Writes the files that differ from those in a folder. Each appears whole or not at all: it is
 * written beside its place and renamed, and what was written is removed if anything fails.
 */
export async function writeFiles(dir: string, files: readonly ProtoFile[]): Promise<EmittedFile[]> {
  const compared = await compareFiles(dir, files);
  const pending: { from: string; to: string }[] = [];
  try {
    for (const { path, text, state } of compared) {
      if (state === "unchanged") continue;
      const to = join(dir, path);
      const from = `${to}.${randomUUID()}.tmp`;
      await mkdir(dirname(to), { recursive: true });
      pending.push({ from, to });
      await writeFile(from, text);
    }
    for (const { from, to } of pending) await rename(from, to);
  } catch (error) {
    await Promise.all(pending.map(({ from }) => rm(from, { force: true })));
    throw error;
  }
  return compared;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

import { readdir } from "node:fs/promises";

/** The name of a segment that is part of the log; the order of names is the order of records. */
export function segmentName(number: number): string {
  return `${String(number).padStart(10, "0")}.wal`;
}

/** The name of a segment that is not, or not any more. */
export function spareName(number: number): string {
  return `spare-${number}.tmp`;
}

/** What a directory has of both; nothing if it is not there. */
export async function segmentFiles(
  directory: string,
): Promise<{ segments: string[]; spares: string[] }> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return {
    segments: names.filter((name) => name.endsWith(".wal")).sort(),
    spares: names.filter((name) => name.startsWith("spare-")),
  };
}

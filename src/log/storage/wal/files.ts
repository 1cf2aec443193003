import { constants, write } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/**
 * Whether opening a file with `durably` makes every write to it wait for the disk. On macOS O_DSYNC
 * leaves data in the drive's cache, which only a flush empties; Windows has none.
 */
const hasDurableWrites = process.platform !== "darwin" && constants.O_DSYNC !== undefined;
const durably = hasDurableWrites ? constants.O_DSYNC : 0;

/** Opens a file that is there, for `writeDurably()`. */
export function openDurably(path: string): Promise<FileHandle> {
  return open(path, constants.O_WRONLY | durably);
}

/** Resolves when all bytes are on disk, at `position` of the file. */
export async function writeDurably(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += await writeSome(file.fd, bytes.subarray(at), position + at);
  }
  if (!hasDurableWrites) await file.datasync();
}

/** With a callback: a promise of Node's own costs as much again as the write. */
function writeSome(fd: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, position, (error, written) => {
      if (error !== null) reject(error);
      else if (written === 0) reject(new Error("the disk takes no more bytes"));
      else resolve(written);
    });
  });
}

import type { FileHandle } from "node:fs/promises";

const zeros = Buffer.alloc(2 ** 20);

/** Writes zeros to a file, where its last write ended. @throws what the disk says when it is full. */
export async function writeZeros(file: FileHandle, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; ) {
    const { bytesWritten } = await file.write(zeros, 0, Math.min(zeros.length, left));
    if (bytesWritten === 0) throw new Error("the disk takes no more bytes");
    left -= bytesWritten;
  }
}

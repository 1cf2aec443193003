import { type FileHandle, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { SluiceError } from "../../errors.js";
import { writeZeros } from "./zeros.js";

const magic = 0xbeef_c0de;

/** Where things are in one of the two pages that LMDB's file begins with. */
const offsets = { magic: 24, pageSize: 48, lastPage: 144, end: 160 };

/** Pages at its end that a file may lack, besides as many as it has: else what it says is wrong. */
const maxMissing = 2 ** 26;

/**
 * LMDB's file, seen before LMDB maps it to memory: then a file that is none of its own, or was cut
 * off, would end the process with a signal.
 *
 * A file may rightly end before its last page, if that one is free. So one that does is filled up
 * with zeros, and what LMDB uses is compared with what was there when it can be told.
 */
export class LmdbFile {
  /** @throws SluiceError `storage_unavailable` */
  static async prepare(directory: string): Promise<LmdbFile> {
    const path = join(directory, "data.mdb");
    const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (file === undefined) return new LmdbFile(path, 0, 0);
    try {
      const { size } = await file.stat();
      const missing = size === 0 ? 0 : (await expectedBytes(file, path)) - size;
      if (missing > size + maxMissing) throw damaged(path);
      if (missing > 0) await fill(path, missing);
      return new LmdbFile(path, size, missing);
    } finally {
      await file.close();
    }
  }

  private constructor(
    private readonly path: string,
    private readonly bytes: number,
    private readonly missing: number,
  ) {}

  /** Whether LMDB's pages are more than there were. */
  lacks(usedBytes: number): boolean {
    return this.missing > 0 && usedBytes > this.bytes;
  }

  /** Makes it what it was, and says so; LMDB must be closed. */
  async refuse(): Promise<never> {
    await truncate(this.path, this.bytes);
    throw damaged(this.path);
  }
}

async function expectedBytes(file: FileHandle, path: string): Promise<number> {
  let pageSize = 0;
  let lastPage = 0;
  for (const page of [0, 1]) {
    const head = Buffer.alloc(offsets.end);
    await file.read(head, 0, head.length, page * pageSize);
    if (head.readUInt32LE(offsets.magic) !== magic) throw damaged(path);
    pageSize = head.readUInt32LE(offsets.pageSize);
    lastPage = Math.max(lastPage, Number(head.readBigUInt64LE(offsets.lastPage)));
  }
  return (lastPage + 1) * pageSize;
}

/** By appending: should there be another process after all, nothing of it is overwritten. */
async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, "a");
  try {
    await writeZeros(file, bytes);
  } finally {
    await file.close();
  }
}

function damaged(path: string): SluiceError {
  return new SluiceError(
    "storage_unavailable",
    `The file ${path} is damaged, cut off, or no log: restore it from a backup.`,
  );
}

import { existsSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { SluiceError } from "../errors.js";
import { makeDirectory, syncDirectory } from "./storage/directories.js";
import { lmdb } from "./storage/lmdb.js";
import { LmdbStorage } from "./storage/lmdb-storage.js";
import { haveSameEntries } from "./storage/same-entries.js";
import { openingError } from "./storage/storage-errors.js";
import { tableCount } from "./tables.js";

/** Options of `compactLog()`. */
export interface CompactOptions {
  readonly onProgress?: (progress: CompactProgress) => void;
  /** Ends it, and removes what there is of the copy; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

/** How far a compaction is. */
export interface CompactProgress {
  readonly part: "copying" | "comparing";
  /** Bytes that were copied, or entries that were compared. */
  readonly done: number;
  readonly total: number;
}

/** Sizes of the file before and after. */
export interface Compaction {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** With the table of the write-ahead log. */
const tables = tableCount + 1;
const fileName = "data.mdb";
/** How often the size of the copy is looked at. */
const lookMs = 200;

/**
 * Copies a log to another directory, without the space of what was removed: LMDB uses that again,
 * but never gives it back. The log itself stays as it is: a file that is replaced while somebody
 * opens it would be lost. No server may have it open; what a crash has left is brought in.
 *
 * @param directory of `lmdb()`.
 * @param target is made, or is empty.
 * @throws SluiceError `storage_unavailable`, `storage_damaged`, `storage_failed`; then there is no copy.
 */
export async function compactLog(
  directory: string,
  target: string,
  options: CompactOptions = {},
): Promise<Compaction> {
  await checkDirectories(directory, target);
  // A write-ahead log is part of it.
  const whole = lmdb(directory);
  await whole.open(tableCount);
  await whole.close();
  const source = new LmdbStorage(directory);
  await source.open(tables);
  try {
    await makeDirectory(target);
    await copy(source, target, options);
    await compare(source, target, options);
    const bytesBefore = await source.sizeBytes();
    return { bytesBefore, bytesAfter: (await stat(join(target, fileName))).size };
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error instanceof SluiceError || options.signal?.aborted
      ? error
      : openingError(error, target);
  } finally {
    await source.close();
  }
}

async function checkDirectories(directory: string, target: string): Promise<void> {
  if (!existsSync(join(directory, fileName))) {
    throw new SluiceError("storage_unavailable", `There is no event log in ${directory}.`);
  }
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw openingError(error, target);
  });
  if (names.length === 0) return;
  throw new SluiceError(
    "storage_unavailable",
    `${target} is not empty. Name a directory that is not there yet.`,
  );
}

async function copy(
  source: LmdbStorage,
  target: string,
  { onProgress, signal }: CompactOptions,
): Promise<void> {
  const path = join(target, fileName);
  const { bytes } = await source.amount();
  const tell = (done: number) =>
    onProgress?.({ part: "copying", done, total: Math.max(done, bytes) });
  const timer = setInterval(() => {
    // It may not be there yet.
    stat(path).then(
      ({ size }) => tell(size),
      () => {},
    );
  }, lookMs);
  try {
    await source.copyTo(target);
  } finally {
    clearInterval(timer);
  }
  signal?.throwIfAborted();
  const file = await open(path, "r+");
  try {
    await file.sync();
    tell((await file.stat()).size);
  } finally {
    await file.close();
  }
  await syncDirectory(target);
}

/** What is not the same must not take the place of the log. */
async function compare(
  source: LmdbStorage,
  target: string,
  { onProgress, signal }: CompactOptions,
): Promise<void> {
  const { entries } = await source.amount();
  let done = 0;
  const onPage = (count: number) => {
    signal?.throwIfAborted();
    done += count;
    onProgress?.({ part: "comparing", done, total: entries });
  };
  const copied = new LmdbStorage(target);
  await copied.open(tables);
  try {
    if (await haveSameEntries(source, copied, tables, onPage)) return;
  } finally {
    await copied.close();
  }
  throw new SluiceError(
    "storage_failed",
    `What was written to ${target} is not what is to be copied. Look at the disk; the log itself is ` +
      "as it was.",
  );
}

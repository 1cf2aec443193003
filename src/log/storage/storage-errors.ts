import { SluiceError } from "../../errors.js";

/** What keeps a directory from being opened, and what to do about it. */
export function openingError(error: unknown, directory: string): SluiceError {
  if (error instanceof SluiceError) return error;
  return new SluiceError(
    "storage_unavailable",
    `The event log in ${directory} cannot be opened: ${textOf(error)}. ` +
      (hintFor(error) ??
        "Look at the cause; the directory must be on a local disk, readable and writable."),
    { cause: error },
  );
}

/** What keeps changes from being written, and what to do about it. */
export function writingError(error: unknown, directory: string): SluiceError {
  if (error instanceof SluiceError) return error;
  return new SluiceError(
    "storage_failed",
    `Writing to ${directory} has failed, and nothing more is written: ${textOf(error)}. ` +
      `${hintFor(error) ?? "Look at the disk."} Then open the log again.`,
    { cause: error },
  );
}

/** What keeps entries from being read, and what to do about it. */
export function readingError(error: unknown, directory: string): SluiceError {
  return new SluiceError(
    "storage_damaged",
    `Reading from ${directory} has failed: ${textOf(error)}. ${hintFor(error) ?? "Look at the disk."}`,
    { cause: error },
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hintFor(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return hints.find(({ pattern }) => pattern.test(`${code} ${textOf(error)}`))?.hint;
}

const hints = [
  {
    pattern: /EACCES|EPERM|permission denied|not permitted/i,
    hint: "Give the user who runs the server the right to read and write there.",
  },
  {
    pattern: /EROFS|read-only file system/i,
    hint: "The file system is read-only: choose another directory, or mount it writable.",
  },
  { pattern: /ENOSPC|EDQUOT|no space left|quota/i, hint: "The disk is full: free some space." },
  {
    // LMDB says so too if the last bytes that the disk takes are a part of a page.
    pattern: /EIO|i\/o error|input\/output error/i,
    hint: "The disk is full, or it is failing: free some space, or replace it.",
  },
  { pattern: /ENOTDIR|EEXIST|not a directory/i, hint: "There is a file of that name." },
  {
    pattern: /EAGAIN|resource temporarily unavailable/i,
    hint: "Another process uses it, maybe in another container: end that one first.",
  },
  {
    pattern: /MDB_INVALID|MDB_CORRUPTED|MDB_PAGE|MDB_VERSION|not an LMDB file|corrupted/i,
    hint: "The file data.mdb is damaged or no log: restore it from a backup.",
  },
];

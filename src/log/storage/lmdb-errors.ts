import { SluiceError } from "../../errors.js";

/** What keeps a directory from being opened, and what to do about it. */
export function openingError(error: unknown, directory: string): SluiceError {
  if (error instanceof SluiceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const { code } = error as { code?: unknown };
  const hint =
    hints.find(({ pattern }) => pattern.test(`${code} ${text}`))?.hint ??
    "Look at the cause; the directory must be on a local disk, readable and writable.";
  return new SluiceError(
    "storage_unavailable",
    `The event log in ${directory} cannot be opened: ${text}. ${hint}`,
    { cause: error },
  );
}

const hints = [
  {
    pattern: /EACCES|EPERM|permission denied/i,
    hint: "Give the user who runs the server the right to read and write there.",
  },
  {
    pattern: /EROFS|read-only file system/i,
    hint: "The file system is read-only: choose another directory, or mount it writable.",
  },
  { pattern: /ENOSPC|no space left/i, hint: "The disk is full: free some space." },
  { pattern: /ENOTDIR|EEXIST|not a directory/i, hint: "There is a file of that name." },
  {
    pattern: /MDB_INVALID|MDB_CORRUPTED|MDB_VERSION|not an LMDB file|corrupted/i,
    hint: "The file data.mdb is damaged or no log: restore it from a backup.",
  },
];

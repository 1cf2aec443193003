import type { RootDatabase } from "lmdb";
import { SluiceError } from "../../errors.js";

type Root = RootDatabase<Buffer, Uint8Array>;

const ownerKey = Buffer.from("owner");

/**
 * Makes this process the only one that uses a database: each of two would number its sessions as if
 * the other were not there. A process that was killed leaves a claim behind, but no reader: LMDB
 * finds out by file locks, which end with their process, in whatever container it runs.
 *
 * @throws SluiceError `storage_unavailable`
 */
export async function claim(root: Root, directory: string): Promise<void> {
  // Takes a place among the readers, which the other one would see.
  const owner = root.getBinary(ownerKey)?.toString();
  const self = `${process.pid} ${performance.timeOrigin}`;
  root.readerCheck();
  const other = readers(root.readerList()).find((pid) => pid !== process.pid);
  if (other !== undefined || owner === self) {
    throw new SluiceError(
      "storage_unavailable",
      `${directory} is in use by ${owner === self ? "another log of this process" : `process ${other}`}. ` +
        "End that one first, or choose another directory.",
    );
  }
  await root.put(ownerKey, Buffer.from(self));
}

/** Gives a database free for others. */
export async function release(root: Root): Promise<void> {
  await root.remove(ownerKey);
}

/** The processes in LMDB's table of readers: lines of process, thread and transaction. */
function readers(list: string): number[] {
  return [...list.matchAll(/^\s*(\d+)\s/gm)].map(([, pid]) => Number(pid));
}

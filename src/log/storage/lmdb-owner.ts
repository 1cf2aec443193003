import type { RootDatabase } from "lmdb";
import { SluiceError } from "../../errors.js";

const anyKey = Buffer.of(0);

/**
 * Makes sure that this is the only log that uses a database: each of two would number its sessions as
 * if the other were not there. Whoever uses one has a place in LMDB's table of readers. LMDB guards
 * it by file locks, which end with their process, however that ends, and in whatever container.
 *
 * To be called when all tables are open, as that gives up the place.
 *
 * @throws SluiceError `storage_unavailable`
 */
export function claim(root: RootDatabase<Buffer, Uint8Array>, directory: string): void {
  // Takes a place. Of two that begin at the same time at least one sees the other.
  root.getBinary(anyKey);
  root.readerCheck();
  const pids = readers(root.readerList());
  if (pids.length <= 1) return;
  const other = pids.find((pid) => pid !== process.pid);
  throw new SluiceError(
    "storage_unavailable",
    `${directory} is in use by ${other === undefined ? "another log of this process" : `process ${other}`}. ` +
      "End that one first, or choose another directory.",
  );
}

/** The processes in LMDB's table of readers: lines of process, thread and transaction. */
function readers(list: string): number[] {
  return [...list.matchAll(/^\s*(\d+)\s/gm)].map(([, pid]) => Number(pid));
}

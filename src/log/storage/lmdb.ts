import { join } from "node:path";
import { type FieldViolation, SluiceError } from "../../errors.js";
import { LmdbStorage } from "./lmdb-storage.js";
import type { Storage } from "./storage.js";
import { segmentFiles } from "./wal/segment-names.js";
import type { WalOptions } from "./wal/wal-options.js";
import { WalStorage } from "./wal/wal-storage.js";

/** Options of `lmdb()`. */
export interface LmdbOptions {
  /**
   * Whether commits go to a write-ahead log first, and what that one may take; default true. Without
   * it there are fewer files, and each commit waits for the disk twice.
   */
  readonly writeAhead?: boolean | Partial<WalOptions>;
}

/**
 * Keeps a log in one directory of this machine, on a local disk.
 *
 * @param directory is made if it is not there; one log at a time can use it.
 * @throws SluiceError `log_options_invalid`
 */
export function lmdb(directory: string, options: LmdbOptions = {}): Storage {
  const { writeAhead = true } = options;
  checkOptions(directory, writeAhead);
  if (writeAhead === false) return new PlainLmdb(directory);
  const limits = writeAhead === true ? {} : writeAhead;
  return new WalStorage(new LmdbStorage(directory), walDirectory(directory), limits);
}

/** Opens no directory of which a part is in a write-ahead log. */
class PlainLmdb extends LmdbStorage {
  constructor(private readonly path: string) {
    super(path);
  }

  override async open(tables: number): Promise<void> {
    await super.open(tables);
    const { segments } = await segmentFiles(walDirectory(this.path));
    if (segments.length === 0) return;
    await this.close();
    throw new SluiceError(
      "storage_unavailable",
      `The event log in ${this.path} was not closed, and its write-ahead log has a part of it. Open and ` +
        "close it with writeAhead: true first.",
    );
  }
}

function walDirectory(directory: string): string {
  return join(directory, "wal");
}

/** What each of them must be at least. */
const least: WalOptions = {
  segmentBytes: 65_536,
  maxUnapplied: 1,
  maxUnappliedBytes: 1,
  applyAfterMs: 0,
};

function checkOptions(directory: string, writeAhead: boolean | Partial<WalOptions>): void {
  const violations: FieldViolation[] = [];
  if (typeof directory !== "string" || directory === "") {
    violations.push({ field: "directory", description: "must be a path" });
  }
  for (const [name, value] of Object.entries(writeAhead)) {
    const field = `writeAhead.${name}`;
    const min = least[name as keyof WalOptions];
    if (min === undefined) violations.push({ field, description: "is no option" });
    else if (value !== undefined && !(Number.isSafeInteger(value) && value >= min)) {
      violations.push({ field, description: `must be a whole number of at least ${min}` });
    }
  }
  if (violations.length === 0) return;
  const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
  throw new SluiceError("log_options_invalid", `Options of lmdb(): ${text}`, { violations });
}

import { SluiceError } from "../../../errors.js";
import type { Change, Entry, Key, KeyRange, Storage } from "../storage.js";
import { openingError } from "../storage-errors.js";
import { OpenWal } from "./open-wal.js";
import { defaultWalOptions, type WalOptions } from "./wal-options.js";

/**
 * A write-ahead log in front of another storage. A commit is one durable write to the end of a file,
 * which is far cheaper than changing a tree on disk; the storage behind gets the changes later and
 * many at once, and until then reads find them in memory. Opening brings the storage behind up to
 * the log's end, closing leaves no log.
 */
export class WalStorage implements Storage {
  readonly kind: string;
  readonly maxKeyBytes: number;
  readonly #options: WalOptions;
  #wal: OpenWal | undefined;
  #isInUse = false;

  /**
   * @param storage is opened and closed by this one, with one table more.
   * @param directory where the segments of the log go; it is made if it is not there.
   */
  constructor(
    private readonly storage: Storage,
    private readonly directory: string,
    options: Partial<WalOptions> = {},
  ) {
    this.kind = `${storage.kind}+wal`;
    this.maxKeyBytes = storage.maxKeyBytes;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#options = { ...defaultWalOptions, ...Object.fromEntries(given) };
  }

  async open(tables: number): Promise<void> {
    if (this.#isInUse) {
      throw new SluiceError("storage_unavailable", "The storage is in use by another log.");
    }
    this.#isInUse = true;
    const { storage, directory } = this;
    try {
      await storage.open(tables + 1);
      this.#wal = await OpenWal.open({ storage, directory, tables }, this.#options);
    } catch (error) {
      await storage.close();
      this.#isInUse = false;
      throw openingError(error, directory);
    }
  }

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return this.#opened().reader.get(table, keys);
  }

  async range(table: number, range: KeyRange): Promise<Entry[]> {
    return this.#opened().reader.range(table, range);
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#wal?.add(changes, false) ?? Promise.reject(closed());
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.#wal?.add(changes, true) ?? Promise.reject(closed());
  }

  async flush(): Promise<void> {
    await this.#opened().flush();
  }

  async sizeBytes(): Promise<number> {
    return this.#opened().bytes + (await this.storage.sizeBytes());
  }

  async close(): Promise<void> {
    const wal = this.#wal;
    if (wal === undefined) return;
    this.#wal = undefined;
    try {
      await wal.close();
    } finally {
      await this.storage.close();
      this.#isInUse = false;
    }
  }

  #opened(): OpenWal {
    if (this.#wal === undefined) throw closed();
    return this.#wal;
  }
}

function closed(): SluiceError {
  return new SluiceError("storage_failed", "The storage is closed.");
}

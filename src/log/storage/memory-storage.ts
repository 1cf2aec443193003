import { SluiceError } from "../../errors.js";
import { checkChanges } from "./check-changes.js";
import { SortedEntries } from "./sorted-entries.js";
import type { Change, Entry, Key, KeyRange, Storage } from "./storage.js";

/**
 * Keeps everything in this process, until it ends: for tests, and for events nobody needs tomorrow.
 * A log that closes leaves the entries behind, and another one can open the same storage again.
 */
export class MemoryStorage implements Storage {
  readonly kind = "memory";
  readonly maxKeyBytes = 1_978;
  readonly #tables: SortedEntries[] = [];
  #isOpen = false;
  /** Resolves when the last commit does. */
  #settled: Promise<void> | undefined;

  async open(tables: number): Promise<void> {
    if (this.#isOpen) {
      throw new SluiceError("storage_unavailable", "The storage is in use by another log.");
    }
    this.#isOpen = true;
    while (this.#tables.length < tables) this.#tables.push(new SortedEntries());
  }

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    const entries = this.#table(table);
    return keys.map((key) => entries.get(key));
  }

  async range(table: number, range: KeyRange): Promise<Entry[]> {
    return this.#table(table).range(range);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.#opened();
    checkChanges(changes, this.#tables.length, this.maxKeyBytes);
    for (const { table, key, value } of changes) {
      if (value === undefined) this.#tables[table]!.delete(key);
      else this.#tables[table]!.set({ key, value });
    }
    // Whoever goes on and on must leave the event loop to others now and then.
    this.#settled = new Promise(setImmediate);
    await this.#settled;
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.commit(changes);
  }

  async flush(): Promise<void> {
    this.#opened();
  }

  async sizeBytes(): Promise<number> {
    this.#opened();
    return this.#tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    await this.#settled;
    this.#isOpen = false;
  }

  #opened(): void {
    if (!this.#isOpen) throw new SluiceError("storage_failed", "The storage is closed.");
  }

  #table(number: number): SortedEntries {
    this.#opened();
    return this.#tables[number]!;
  }
}

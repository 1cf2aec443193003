import { type Database, open, type RootDatabase } from "lmdb";
import { SluiceError } from "../../errors.js";
import { checkChanges } from "./check-changes.js";
import { CommitQueue, type Pending } from "./commit-queue.js";
import { makeDirectory, syncDirectory } from "./directories.js";
import { reasonOf } from "./lmdb-failure.js";
import { LmdbFile } from "./lmdb-file.js";
import { claim } from "./lmdb-owner.js";
import { entryCount, usedBytes } from "./lmdb-pages.js";
import { LmdbSpace } from "./lmdb-space.js";
import type { Change, Entry, Key, KeyRange, Storage } from "./storage.js";
import { openingError, readingError, writingError } from "./storage-errors.js";

type Table = Database<Buffer, Uint8Array>;

/** Keeps everything in one directory of this machine, in LMDB: a B+ tree in a file mapped to memory. */
export class LmdbStorage implements Storage {
  readonly kind = "lmdb";
  readonly maxKeyBytes = 1_978;
  #root: RootDatabase<Buffer, Uint8Array> | undefined;
  #tables: Table[] = [];
  #space: LmdbSpace | undefined;
  #queue = this.#newQueue();

  /** @param directory is made if it is not there; one process at a time can use it. */
  constructor(private readonly directory: string) {}

  async open(tables: number): Promise<void> {
    if (this.#root !== undefined) {
      throw new SluiceError("storage_unavailable", "The storage is in use by another log.");
    }
    let root: RootDatabase<Buffer, Uint8Array> | undefined;
    let space: LmdbSpace | undefined;
    try {
      await makeDirectory(this.directory);
      const file = await LmdbFile.prepare(this.directory);
      root = open({
        path: this.directory,
        encoding: "binary",
        keyEncoding: "binary",
        maxDbs: tables + 1,
        // Else data could be read before it is durable.
        overlappingSync: false,
        // Else a transaction that fails rejects a promise of lmdb's own too, which nobody can handle.
        eventTurnBatching: false,
      });
      space = await LmdbSpace.open(this.directory);
      await space.reserve(root, tables, 0);
      this.#tables = Array.from({ length: tables }, (_, number) =>
        root!.openDB({ name: `${number}`, encoding: "binary", keyEncoding: "binary" }),
      );
      claim(root, this.directory);
      // LMDB flushes its files, but not their names.
      await syncDirectory(this.directory);
      if (file.lacks(usedBytes(root, this.#tables))) {
        await root.close();
        await file.refuse();
      }
    } catch (error) {
      await space?.close();
      await root?.close().catch(() => {});
      throw openingError(error, this.directory);
    }
    this.#root = root;
    this.#space = space;
    this.#queue = this.#newQueue();
  }

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return this.#read(table, (entries) => keys.map((key) => entries.getBinary(key)));
  }

  async range(table: number, range: KeyRange): Promise<Entry[]> {
    const { from, to, reverse = false, limit } = range;
    const bounds = reverse
      ? { start: to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse, limit }
      : { start: from, end: to, limit };
    return this.#read(table, (entries) => {
      const found: Entry[] = [];
      for (const { key, value } of entries.getRange(bounds)) found.push({ key, value });
      return found;
    });
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#queue.add(changes);
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.commit(changes);
  }

  /** What was written is durable already. */
  async flush(): Promise<void> {
    this.#opened();
  }

  async sizeBytes(): Promise<number> {
    this.#opened();
    return this.#space!.bytes;
  }

  /** What there is: entries, and bytes of pages that are not free. */
  async amount(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const root = this.#opened();
    return { entries: entryCount(this.#tables), bytes: usedBytes(root, this.#tables) };
  }

  /** Writes what there is to another directory, without the space of what was removed. */
  async copyTo(directory: string): Promise<void> {
    const root = this.#opened();
    try {
      await root.backup(directory, true);
    } catch (error) {
      throw writingError(error, directory);
    }
  }

  async close(): Promise<void> {
    const root = this.#root;
    if (root === undefined) return;
    await this.#queue.idle();
    this.#root = undefined;
    this.#tables = [];
    await this.#space?.close();
    await root.close();
  }

  #newQueue(): CommitQueue {
    return new CommitQueue({
      check: (changes) => {
        this.#opened();
        return checkChanges(changes, this.#tables.length, this.maxKeyBytes);
      },
      write: (group) => this.#write(group),
      toError: (error) => writingError(error, this.directory),
    });
  }

  /** One transaction at a time: LMDB would begin the next one although this one has failed. */
  async #write(group: readonly Pending[]): Promise<void> {
    const root = this.#opened();
    const count = group.reduce((sum, { changes }) => sum + changes.length, 0);
    // LMDB never ends a batch of nothing.
    if (count === 0) return;
    const bytes = group.reduce((sum, pending) => sum + pending.bytes, 0);
    await this.#space!.reserve(root, count, bytes);
    try {
      await root.batch(() => {
        for (const { changes } of group) {
          for (const { table, key, value } of changes) {
            if (value === undefined) void this.#tables[table]!.remove(key);
            else void this.#tables[table]!.put(key, value as Buffer);
          }
        }
      });
    } catch (error) {
      throw await reasonOf(error);
    }
  }

  #opened(): RootDatabase<Buffer, Uint8Array> {
    if (this.#root === undefined) {
      throw new SluiceError("storage_failed", "The storage is closed.");
    }
    return this.#root;
  }

  #read<T>(table: number, read: (entries: Table) => T): T {
    this.#opened();
    try {
      return read(this.#tables[table]!);
    } catch (error) {
      throw readingError(error, this.directory);
    }
  }
}

import { mkdir } from "node:fs/promises";
import { type Database, open, type RootDatabase } from "lmdb";
import { SluiceError } from "../../errors.js";
import { openingError } from "./lmdb-errors.js";
import { claim, release } from "./lmdb-owner.js";
import type { Change, Entry, Key, KeyRange, Storage } from "./storage.js";

type Table = Database<Buffer, Uint8Array>;

/** What lmdb's types leave out of `getStats()`. */
interface Stats {
  readonly lastPageNumber: number;
  readonly pageSize: number;
}

/** Keeps everything in one directory of this machine, in LMDB: a B+ tree in a file mapped to memory. */
export class LmdbStorage implements Storage {
  readonly kind = "lmdb";
  readonly maxKeyBytes = 1_978;
  #root: RootDatabase<Buffer, Uint8Array> | undefined;
  #tables: Table[] = [];
  #failure: unknown;
  #last: Promise<unknown> = Promise.resolve();

  /** @param directory is made if it is not there; one process at a time can use it. */
  constructor(private readonly directory: string) {}

  async open(tables: number): Promise<void> {
    if (this.#root !== undefined) {
      throw new SluiceError("storage_unavailable", "The storage is in use by another log.");
    }
    try {
      await mkdir(this.directory, { recursive: true });
      this.#root = open({
        path: this.directory,
        encoding: "binary",
        keyEncoding: "binary",
        maxDbs: tables + 1,
        // Else data could be read before it is durable.
        overlappingSync: false,
      });
      this.#tables = Array.from({ length: tables }, (_, number) =>
        this.#root!.openDB({ name: `${number}`, encoding: "binary", keyEncoding: "binary" }),
      );
      await claim(this.#root, this.directory);
    } catch (error) {
      await this.#root?.close().catch(() => {});
      this.#root = undefined;
      throw openingError(error, this.directory);
    }
  }

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    const entries = this.#table(table);
    return keys.map((key) => entries.getBinary(key));
  }

  async range(table: number, range: KeyRange): Promise<Entry[]> {
    const { from, to, reverse = false, limit } = range;
    const entries = this.#table(table);
    const bounds = reverse
      ? { start: to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse, limit }
      : { start: from, end: to, limit };
    const found: Entry[] = [];
    for (const { key, value } of entries.getRange(bounds)) found.push({ key, value });
    return found;
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const root = this.#opened();
    const written = root.batch(() => {
      for (const { table, key, value } of changes) {
        if (value === undefined) void this.#tables[table]!.remove(key);
        else void this.#tables[table]!.put(key, value as Buffer);
      }
    });
    this.#last = written;
    try {
      await written;
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  async sizeBytes(): Promise<number> {
    const { lastPageNumber, pageSize } = this.#opened().getStats() as Stats;
    return (lastPageNumber + 1) * pageSize;
  }

  async close(): Promise<void> {
    const root = this.#root;
    if (root === undefined) return;
    await this.#last.catch(() => {});
    if (this.#failure === undefined) await release(root);
    this.#root = undefined;
    this.#tables = [];
    await root.close();
  }

  #opened(): RootDatabase<Buffer, Uint8Array> {
    if (this.#root === undefined) {
      throw new SluiceError("storage_failed", "The storage is closed.");
    }
    return this.#root;
  }

  #table(number: number): Table {
    this.#opened();
    return this.#tables[number]!;
  }
}

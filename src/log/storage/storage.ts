/** Where a key stands among others is decided by its bytes, as unsigned numbers, from the first. */
export type Key = Uint8Array;

/** What is kept under one key. */
export interface Entry {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** A part of one table. */
export interface KeyRange {
  /** Inclusive. */
  readonly from: Key;
  /** Exclusive. */
  readonly to: Key;
  /** From the last key to the first; default false. */
  readonly reverse?: boolean;
  /** Entries at most. */
  readonly limit: number;
}

/** What is to change, all of it or nothing. */
export interface Change {
  readonly table: number;
  readonly key: Key;
  /** `undefined` removes the entry; removing one that is not there is no error. */
  readonly value: Uint8Array | undefined;
}

/**
 * Ordered tables that change by atomic, durable commits: all that a log asks of whatever keeps it.
 *
 * - A read sees all of a commit or nothing of it, and nothing of one that is not durable.
 * - Commits and writes take effect in the order in which they were called. Several may be under way.
 * - When one fails, it and all those called after it have no effect, and every later one fails as
 *   well; reading goes on as long as it can. Only after opening again may the one that failed be
 *   there after all, whole: what a disk has that reported a failure, nobody can tell.
 * - Changes that could never be made are refused, as `storage_failed`, and harm nothing else.
 * - Keys have from 1 to `maxKeyBytes` bytes, bounds of ranges too; values may be empty, and as large
 *   as memory allows.
 * - Bytes that are handed in must not be changed afterwards; neither may those that come out.
 *
 * `storageContract` of `sluice/testing` tests all of this.
 */
export interface Storage {
  /** For messages: `memory`, `lmdb`, `lmdb+wal`. */
  readonly kind: string;
  readonly maxKeyBytes: number;
  /**
   * @param tables how many; they are numbered from 0.
   * @throws SluiceError `storage_unavailable` or `storage_damaged`, saying what to do about it.
   */
  open(tables: number): Promise<void>;
  /** The values of keys, in the order of the keys. */
  get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]>;
  range(table: number, range: KeyRange): Promise<Entry[]>;
  /**
   * Changes all of it or nothing, and is durable when it resolves.
   *
   * @throws SluiceError `storage_failed`.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /**
   * The same for what can be derived again: readable when it resolves, but durable only some time
   * later, all of it or nothing, and never before what was committed ahead of it. It may all be
   * held in memory and applied in one go, so some thousand changes are a good size.
   *
   * @throws SluiceError `storage_failed`.
   */
  write(changes: readonly Change[]): Promise<void>;
  /**
   * Resolves when everything that was written is durable: that is, all writes which have resolved.
   *
   * @throws SluiceError `storage_failed`.
   */
  flush(): Promise<void>;
  /** Bytes that it takes where it keeps them. */
  sizeBytes(): Promise<number>;
  /** Waits for commits and writes that are under way, and makes all of them durable if it can. */
  close(): Promise<void>;
}

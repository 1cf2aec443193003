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
 * - A read sees all of a commit or nothing of it, and nothing that is not durable.
 * - Commits take effect in the order in which `commit()` was called. Several may be under way.
 * - When a commit fails, it and all those called after it have had no effect, and every later one
 *   fails as well; reading goes on as long as it can.
 * - Keys have at most `maxKeyBytes`; values may be as large as memory allows.
 * - Bytes that are handed in must not be changed afterwards; neither may those that come out.
 *
 * `storageContract()` of `sluice/testing` tests all of this.
 */
export interface Storage {
  /** For messages: `memory`, `lmdb`. */
  readonly kind: string;
  readonly maxKeyBytes: number;
  /**
   * @param tables how many; they are numbered from 0.
   * @throws SluiceError `storage_unavailable`, saying what to do about it.
   */
  open(tables: number): Promise<void>;
  /** The values of keys, in the order of the keys. */
  get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]>;
  range(table: number, range: KeyRange): Promise<Entry[]>;
  /** @throws SluiceError `storage_failed`. */
  commit(changes: readonly Change[]): Promise<void>;
  /** Bytes that it takes where it keeps them. */
  sizeBytes(): Promise<number>;
  /** Waits for commits that are under way. */
  close(): Promise<void>;
}

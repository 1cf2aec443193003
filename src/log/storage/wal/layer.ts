import { SortedEntries } from "../sorted-entries.js";
import type { Change, Entry, Key, KeyRange } from "../storage.js";

/** Stands for a value that is gone; known by identity. */
export const removed = new Uint8Array(0);

const nothing: readonly Entry[] = [];

/** A change as an entry: it is kept as it comes, since there are many. */
interface Written extends Change {
  readonly value: Uint8Array;
}

/** Changes that are readable and not applied yet: of each key the last one. */
export class Layer {
  readonly #tables: (SortedEntries<Written> | undefined)[] = [];
  /** All that were added, also those that others have replaced. */
  changes = 0;
  bytes = 0;
  /** Whether some are not in the write-ahead log: those must be applied in one go. */
  isLoose = false;

  /** @param sequence the last record of the write-ahead log that is in it, or before it, entirely. */
  constructor(public sequence: number) {}

  add(change: Change): void {
    const { table, key } = change;
    this.#tables[table] ??= new SortedEntries();
    this.#tables[table].set(isSet(change) ? change : { table, key, value: removed });
  }

  get(table: number, key: Key): Uint8Array | undefined {
    return this.#tables[table]?.get(key);
  }

  range(table: number, range: KeyRange): readonly Entry[] {
    return this.#tables[table]?.range(range) ?? nothing;
  }

  has(table: number): boolean {
    return this.#tables[table] !== undefined;
  }

  /** What it comes to, table by table, in the order of keys. */
  *result(): Generator<Change> {
    for (const entries of this.#tables) {
      if (entries === undefined) continue;
      for (const entry of entries) {
        yield entry.value === removed ? { ...entry, value: undefined } : entry;
      }
    }
  }
}

function isSet(change: Change): change is Written {
  return change.value !== undefined;
}

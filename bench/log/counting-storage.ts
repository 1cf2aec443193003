import { setImmediate as nextTurn } from "node:timers/promises";
import type { Change, Entry, Key, Storage } from "sluice/events";
import { tables } from "./internals.js";

/**
 * Acknowledges everything in the next turn of the event loop, and keeps nothing but the number of
 * sessions and what a log asks for as long as it is open: its own entries.
 */
export class CountingStorage implements Storage {
  readonly kind = "counting";
  readonly maxKeyBytes = 1_978;
  sessions = 0;
  private readonly meta = new Map<string, Uint8Array>();

  async open(): Promise<void> {}

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => (table === tables.meta ? this.meta.get(text(key)) : undefined));
  }

  async range(): Promise<Entry[]> {
    return [];
  }

  async commit(changes: readonly Change[]): Promise<void> {
    for (const { table, key, value } of changes) {
      if (table === tables.sessions) this.sessions++;
      else if (table === tables.meta && value !== undefined) this.meta.set(text(key), value);
    }
    await nextTurn();
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.commit(changes);
  }

  async flush(): Promise<void> {}

  async sizeBytes(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {}
}

function text(key: Key): string {
  return Buffer.from(key).toString("latin1");
}

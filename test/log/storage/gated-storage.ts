import { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import type { Change, Entry, Key, KeyRange } from "../../../src/log/storage/storage.js";

/** A storage behind a write-ahead log whose disk can be slow, or full. */
export class GatedStorage extends MemoryStorage {
  /** Set to make commits wait, from this one on. */
  gate: Promise<void> | undefined;
  gatedFrom = 0;
  /** Set to make commits fail. */
  failure: Error | undefined;
  /** Set to make reads wait before they look. */
  readGate: Promise<void> | undefined;
  /** That have begun. */
  commits = 0;

  override async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    await this.readGate;
    return super.get(table, keys);
  }

  override async range(table: number, range: KeyRange): Promise<Entry[]> {
    await this.readGate;
    return super.range(table, range);
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    const number = this.commits++;
    // Like a disk, it lets others run.
    await new Promise(setImmediate);
    if (number >= this.gatedFrom) await this.gate;
    if (this.failure !== undefined) throw this.failure;
    await super.commit(changes);
  }
}

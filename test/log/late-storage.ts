import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import type { Change, Entry, Key, KeyRange } from "../../src/log/storage/storage.js";

/** What is committed can be read at once, but whoever waits for it hears of it turns later. */
export class LateStorage extends MemoryStorage {
  constructor(private readonly turns: number) {
    super();
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    await super.commit(changes);
    await this.wait();
  }

  override async write(changes: readonly Change[]): Promise<void> {
    await super.write(changes);
    await this.wait();
  }

  /** Reading takes its turns, too. */
  isLateToRead = false;

  override async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    if (this.isLateToRead) await this.wait();
    return super.get(table, keys);
  }

  override async range(table: number, range: KeyRange): Promise<Entry[]> {
    if (this.isLateToRead) await this.wait();
    return super.range(table, range);
  }

  private async wait(): Promise<void> {
    for (let i = 0; i < this.turns; i++) await new Promise(setImmediate);
  }
}

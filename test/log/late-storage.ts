import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import type { Change } from "../../src/log/storage/storage.js";

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

  private async wait(): Promise<void> {
    for (let i = 0; i < this.turns; i++) await new Promise(setImmediate);
  }
}

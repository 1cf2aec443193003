import { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import type { Change } from "../../../src/log/storage/storage.js";
import { tableCount } from "../../../src/log/tables.js";

interface Step {
  readonly changes: readonly Change[];
  /** Written, not committed. */
  readonly isLoose: boolean;
}

/** Remembers how its entries came about, so that it can be had as any crash might leave it. */
export class JournalStorage extends MemoryStorage {
  readonly #steps: Step[] = [];
  /** Steps that no crash forgets, whatever they were. */
  readonly #flushed: number[] = [0];

  /** Set to keep those who commit waiting, though it is done. */
  hold: Promise<void> | undefined;

  get steps(): number {
    return this.#steps.length;
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    this.#steps.push({ changes, isLoose: false });
    await super.commit(changes);
    await turn();
    await this.hold;
  }

  override async write(changes: readonly Change[]): Promise<void> {
    this.#steps.push({ changes, isLoose: true });
    await super.commit(changes);
    await turn();
  }

  override async flush(): Promise<void> {
    await turn();
    this.#flushed.push(this.#steps.length);
  }

  override async close(): Promise<void> {
    this.#flushed.push(this.#steps.length);
    await super.close();
  }

  /**
   * What a crash leaves.
   *
   * @param when after which part of all steps, from 0 to 1.
   * @param loose which part of those steps that are not flushed is there also if it was written.
   */
  async crashed(when: number, loose: number): Promise<MemoryStorage> {
    // Before the first one there is no log.
    const end = Math.max(1, Math.round(when * this.#steps.length));
    const flushed = Math.max(...this.#flushed.filter((each) => each <= end));
    const applied = flushed + Math.round(loose * (end - flushed));
    const storage = new MemoryStorage();
    await storage.open(tableCount);
    for (const [i, { changes, isLoose }] of this.#steps.slice(0, end).entries()) {
      if (i < applied || !isLoose) await storage.commit(changes);
    }
    await storage.close();
    return storage;
  }
}

/** What has been stored is not known at once. */
function turn(): Promise<void> {
  return new Promise(setImmediate);
}

import type { SluiceError } from "../../errors.js";
import type { Change } from "./storage.js";

/** Changes that wait for their turn. */
export interface Pending {
  readonly changes: readonly Change[];
  /** Of all keys and values. */
  readonly bytes: number;
  /** Nobody needs them durable: `Storage#write()`. */
  readonly isLoose: boolean;
  resolve(): void;
  reject(error: SluiceError): void;
}

/** What a `CommitQueue` is for. */
export interface CommitQueueOptions {
  /** @returns bytes of all keys and values. @throws if they could never be written. */
  readonly check: (changes: readonly Change[]) => number;
  readonly write: (group: readonly Pending[]) => Promise<void>;
  readonly toError: (error: unknown) => SluiceError;
}

/** What is written together at most; a single one may be larger. */
const maxGroupChanges = 4_096;
const maxGroupBytes = 4 * 2 ** 20;

/**
 * Group commit: what is added while one group is being written makes the next one. Within a group,
 * loose changes come last. After the first failure everything fails, and nothing is tried again:
 * after a failed flush nobody knows what the disk has, and a second one may wrongly succeed.
 */
export class CommitQueue {
  #waiting: Pending[] = [];
  #running: Promise<void> | undefined;
  #failure: SluiceError | undefined;

  constructor(private readonly options: CommitQueueOptions) {}

  /** Why nothing is written any more. */
  get failure(): SluiceError | undefined {
    return this.#failure;
  }

  /** Resolves when they are written. */
  add(changes: readonly Change[], isLoose = false): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const bytes = this.options.check(changes);
      this.#waiting.push({ changes, bytes, isLoose, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits; never rejects. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Fails what waits and everything that will be added. */
  fail(error: unknown): void {
    this.#failure ??= this.options.toError(error);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  async #run(): Promise<void> {
    for (;;) {
      // Whoever was waiting for the last group, or is being served in this turn, may add something.
      await new Promise(setImmediate);
      if (this.#waiting.length === 0) break;
      const group = this.#take();
      try {
        await this.options.write(group);
      } catch (error) {
        this.#failure ??= this.options.toError(error);
        for (const { reject } of group) reject(this.#failure);
        this.fail(error);
        break;
      }
      for (const { resolve } of group) resolve();
    }
    this.#running = undefined;
  }

  #take(): readonly Pending[] {
    let changes = 0;
    let bytes = 0;
    let count = 0;
    for (const pending of this.#waiting) {
      changes += pending.changes.length;
      bytes += pending.bytes;
      const isBehindLoose = count > 0 && !pending.isLoose && this.#waiting[count - 1]!.isLoose;
      if (count > 0 && (isBehindLoose || changes > maxGroupChanges || bytes > maxGroupBytes)) break;
      count++;
    }
    if (count < this.#waiting.length) return this.#waiting.splice(0, count);
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}

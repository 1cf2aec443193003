import type { CommittedSession } from "../index/tail.js";
import type { Change } from "../storage/storage.js";

/** Somebody who waits for something to be durable. */
export interface Waiting {
  committed(): void;
  failed(error: unknown): void;
}

/** A session and the record that it is stored as. */
export interface WrittenSession extends CommittedSession {
  readonly record: Uint8Array;
}

/** What is written together. */
export class CommitGroup {
  readonly changes: Change[] = [];
  readonly sessions: WrittenSession[] = [];
  readonly waiting: Waiting[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  change(table: number, key: Uint8Array, value: Uint8Array | undefined): void {
    this.changes.push({ table, key, value });
    this.#bytes += key.length + (value?.length ?? 0);
  }
}

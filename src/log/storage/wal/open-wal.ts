import { checkChanges } from "../check-changes.js";
import { CommitQueue, type Pending } from "../commit-queue.js";
import type { Change, Storage } from "../storage.js";
import { writingError } from "../storage-errors.js";
import { appliedChange } from "./applied.js";
import { Applier } from "./applier.js";
import { Overlay } from "./overlay.js";
import { Reader } from "./reader.js";
import { recover } from "./recover.js";
import { Segments } from "./segments.js";
import type { WalOptions } from "./wal-options.js";
import { WalWriter } from "./wal-writer.js";

/** What a write-ahead log stands in front of. */
interface Behind {
  readonly storage: Storage;
  /** Of the segments. */
  readonly directory: string;
  /** Without the one that tells what is applied, which is the last. */
  readonly tables: number;
}

/** A write-ahead log while it is open. A group of changes goes through it as through a pipe. */
export class OpenWal {
  /** Brings the storage behind, which is open, up to date. */
  static async open(behind: Behind, options: WalOptions): Promise<OpenWal> {
    const { storage, directory, tables } = behind;
    const sequence = await recover(directory, storage, tables);
    const segments = new Segments(directory, options.segmentBytes, tables);
    await segments.open();
    return new OpenWal(behind, options, segments, sequence);
  }

  readonly reader: Reader;
  readonly #overlay: Overlay;
  readonly #writer: WalWriter;
  readonly #applier: Applier;
  readonly #queue: CommitQueue;

  private constructor(
    private readonly behind: Behind,
    options: WalOptions,
    private readonly segments: Segments,
    sequence: number,
  ) {
    const { storage, directory, tables } = behind;
    this.#overlay = new Overlay(sequence);
    this.reader = new Reader(this.#overlay, storage);
    this.#writer = new WalWriter(segments, sequence);
    this.#queue = new CommitQueue({
      check: (changes) => checkChanges(changes, tables, storage.maxKeyBytes),
      write: (group) => this.#write(group),
      toError: (error) => writingError(error, directory),
    });
    this.#applier = new Applier({
      storage,
      overlay: this.#overlay,
      table: tables,
      maxChanges: options.maxUnapplied,
      maxBytes: options.maxUnappliedBytes,
      delayMs: options.applyAfterMs,
      onApplied: (applied) => segments.release(applied),
      onFailed: (error) => this.#queue.fail(error),
    });
  }

  /** Of all segments. */
  get bytes(): number {
    return this.segments.bytes;
  }

  add(changes: readonly Change[], isLoose: boolean): Promise<void> {
    return this.#queue.add(changes, isLoose);
  }

  /** Resolves when the storage behind has all that is readable now. */
  async flush(): Promise<void> {
    if (!(await this.#applier.flush())) throw this.#queue.failure;
  }

  /** Leaves a log behind only if the storage behind does not take what is in it. */
  async close(): Promise<void> {
    await this.#queue.idle();
    const isApplied = await this.#applier.finish();
    await this.segments.close(isApplied);
    // The next log begins anew. As long as there is one, this must be there.
    if (isApplied) await this.behind.storage.commit([appliedChange(this.behind.tables, undefined)]);
  }

  /** Resolves when a group is durable, as far as it has to be, and readable. */
  async #write(group: readonly Pending[]): Promise<void> {
    await this.#applier.room();
    const durable = group.filter(({ isLoose }) => !isLoose);
    const sequence = durable.length > 0 ? await this.#writer.append(durable) : undefined;
    await this.#overlay.add(durable);
    if (sequence !== undefined) this.#overlay.mark(sequence);
    await this.#overlay.add(group.slice(durable.length));
    this.#applier.added();
  }
}

import type { Change, Storage } from "../storage/storage.js";
import { answerKey, maxSession, readStreamVersion, streamVersionKey, tables } from "../tables.js";
import { type Checkpoint, checkpointKey, encodeCheckpoint } from "./checkpoint.js";
import { indexChanges } from "./index-changes.js";
import { type CommittedSession, type ServerEnd, Tail } from "./tail.js";
import { versionsOf } from "./version-blocks.js";

/** Changes made ready without a pause; other things may run between. */
const sliceChanges = 256;

/** Events may make fewer entries than that part, or else the storage needs long for all at once. */
const maxEntryShare = 1 / 4;
/** If writing does not keep up, so many times what is written at once may be pending. */
const maxLong = 3;

/** What readers look at, all of one moment. */
export interface IndexView {
  /** What the storage has. What it already has beyond that is in the tails. */
  readonly checkpoint: Checkpoint;
  /** What came after it, the older ones first. */
  readonly tails: readonly Tail[];
}

/**
 * Where events are, by type, by source timestamp, by stream and by idempotency key. All of that
 * can be read off the sessions themselves, so it is not written with each of them: it gathers in
 * memory and is written for thousands of sessions at once, with far less work for the storage.
 * What a crash makes it lose is read off again.
 */
export class LogIndex {
  #tail = new Tail();
  #writing: Tail | undefined;
  #written: Promise<void> | undefined;

  constructor(
    private readonly storage: Storage,
    private checkpoint: Checkpoint,
    /** So many are pending that they are written. */
    private readonly maxEvents: number,
    /** What is to be written together with the index, as of the same position. */
    private readonly alongside: (position: number) => readonly Change[] = () => [],
  ) {}

  /** Whether as much is pending as may be: what is written is not keeping up. */
  get isFull(): boolean {
    return this.#isLongerThan(maxLong * this.maxEvents);
  }

  /** The end of what is known of each server. */
  ends(): Map<number, ServerEnd> {
    return new Map([...this.checkpoint, ...(this.#writing?.ends ?? []), ...this.#tail.ends]);
  }

  add(session: CommittedSession): void {
    this.#tail.add(session);
  }

  view(): IndexView {
    const tails = this.#writing === undefined ? [this.#tail] : [this.#writing, this.#tail];
    return { checkpoint: this.checkpoint, tails };
  }

  /** The last version of a stream; 0 if it has none. */
  async lastVersion(streamKey: string): Promise<number> {
    for (const tail of this.view().tails.toReversed()) {
      const run = tail.streams.get(streamKey);
      if (run !== undefined) return run.first + run.count - 1;
    }
    const [block] = await this.storage.range(tables.streams, {
      from: streamVersionKey(streamKey, 0),
      to: streamVersionKey(streamKey, maxSession),
      reverse: true,
      limit: 1,
    });
    if (block === undefined) return 0;
    return readStreamVersion(block.key) + versionsOf(block.value) - 1;
  }

  /** What was answered to an append with this idempotency key. */
  async answer(idempotencyKey: string): Promise<Uint8Array | undefined> {
    for (const { answers } of this.view().tails) {
      const known = answers.get(idempotencyKey);
      if (known !== undefined) return known.value;
    }
    const [stored] = await this.storage.get(tables.answers, [answerKey(idempotencyKey)]);
    return stored;
  }

  /** Writes what is pending if that is worth it. */
  async writeIfLong(): Promise<void> {
    if (this.#isLongerThan(this.maxEvents)) await this.write();
  }

  /** Writes what is pending; what is added meanwhile waits for the next time. */
  write(): Promise<void> {
    this.#written ??= this.#write().finally(() => {
      this.#written = undefined;
    });
    return this.#written;
  }

  /**
   * The same, and waits until what has been added up to now is on disk.
   *
   * @returns up to where that is.
   */
  async commit(): Promise<Checkpoint> {
    // What is being written may have begun before the last was added.
    while (this.#written !== undefined) await this.#written;
    await this.write();
    const { checkpoint } = this;
    // A commit would not do: it can be on disk before what was written ahead of it.
    await this.storage.flush();
    return checkpoint;
  }

  #isLongerThan(maxEvents: number): boolean {
    const { events, entries } = this.#tail;
    return events >= maxEvents || entries >= maxEvents * maxEntryShare;
  }

  async #write(): Promise<void> {
    if (this.#tail.events > 0) {
      this.#writing = this.#tail;
      this.#tail = new Tail();
    }
    const checkpoint = new Map([...this.checkpoint, ...(this.#writing?.ends ?? [])]);
    const changes: Change[] = [...this.alongside(lastPosition(checkpoint))];
    for (const change of this.#writing === undefined ? [] : indexChanges(this.#writing)) {
      changes.push(change);
      if (changes.length % sliceChanges === 0) await new Promise(setImmediate);
    }
    changes.push({ table: tables.meta, key: checkpointKey, value: encodeCheckpoint(checkpoint) });
    await this.storage.write(changes);
    this.checkpoint = checkpoint;
    this.#writing = undefined;
  }
}

/** The position up to which everything is in the index. */
export function lastPosition(checkpoint: Checkpoint): number {
  return Math.max(0, ...[...checkpoint.values()].map(({ position }) => position));
}

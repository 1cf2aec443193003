import { join } from "node:path";
import { makeDirectory, syncDirectory } from "../directories.js";
import { Segment } from "./segment.js";
import { segmentStart } from "./segment-header.js";
import { segmentName, spareName } from "./segment-names.js";

/** The first segment is small, so that opening is quick; each further one is twice as large. */
const firstBytes = 2 ** 20;

/** Segments that are kept for being used again. */
const maxSpares = 4;

/**
 * The segments of a write-ahead log: one that is written, the full ones before it, and spare ones.
 * Spare ones are made or recycled in the background, under names that recovery passes over.
 */
export class Segments {
  #current: Segment | undefined;
  #full: Segment[] = [];
  #spares: Segment[] = [];
  #count = 0;
  #spareCount = 0;
  #nextBytes: number;
  #background: Promise<void> = Promise.resolve();
  #isMakingSpare = false;

  constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
    private readonly tables: number,
  ) {
    this.#nextBytes = Math.min(firstBytes, maxBytes);
  }

  /** What all of them take on disk. */
  get bytes(): number {
    const current = this.#current === undefined ? [] : [this.#current];
    return [...current, ...this.#full, ...this.#spares].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Makes the directory and a first segment. */
  async open(): Promise<void> {
    await makeDirectory(this.directory);
    await this.for(0);
  }

  /** The segment that a record of this size goes into. */
  async for(recordBytes: number): Promise<Segment> {
    if (this.#current?.fits(recordBytes)) return this.#current;
    await this.#background;
    const segment = this.#takeSpare(recordBytes) ?? (await this.#create(recordBytes));
    try {
      // Not before this is it part of the log.
      await segment.rename(join(this.directory, segmentName(++this.#count)), this.directory);
    } catch (error) {
      await segment.remove().catch(() => {});
      throw error;
    }
    if (this.#current !== undefined) this.#full.push(this.#current);
    this.#current = segment;
    return segment;
  }

  /** Has a spare one ready by the time when it is needed. */
  prepare(): void {
    const { end, bytes } = this.#current!;
    if (end < bytes / 2 || this.#spares.length > 0 || this.#isMakingSpare) return;
    this.#isMakingSpare = true;
    this.#inBackground(async () => {
      try {
        this.#spares.push(await this.#create(0));
      } finally {
        this.#isMakingSpare = false;
      }
    });
  }

  /** Frees the full ones that nobody needs: all in them up to `sequence` is durable elsewhere. */
  release(sequence: number): void {
    while (this.#full[0] !== undefined && this.#full[0].last <= sequence) {
      const segment = this.#full.shift()!;
      this.#inBackground(() => this.#recycle(segment));
    }
  }

  /** @param isApplied removes all of them; else recovery will want them. */
  async close(isApplied: boolean): Promise<void> {
    await this.#background;
    for (const segment of this.#spares) await segment.remove();
    for (const segment of [...this.#full, this.#current]) {
      await (isApplied ? segment?.remove() : segment?.close());
    }
    if (isApplied) await syncDirectory(this.directory);
  }

  /** What fails there is tried again, and fails, where it is needed. */
  #inBackground(task: () => Promise<void>): void {
    this.#background = this.#background.then(task).catch(() => {});
  }

  #takeSpare(recordBytes: number): Segment | undefined {
    const at = this.#spares.findIndex((spare) => spare.fits(recordBytes));
    return at === -1 ? undefined : this.#spares.splice(at, 1)[0];
  }

  async #create(recordBytes: number): Promise<Segment> {
    const bytes = Math.max(this.#nextBytes, segmentStart + recordBytes);
    const path = join(this.directory, spareName(++this.#spareCount));
    const segment = await Segment.create(path, bytes, this.tables);
    this.#nextBytes = Math.min(2 * this.#nextBytes, this.maxBytes);
    return segment;
  }

  async #recycle(segment: Segment): Promise<void> {
    if (segment.bytes !== this.maxBytes || this.#spares.length >= maxSpares) {
      return segment.remove();
    }
    try {
      // Durable before it is overwritten: else it might be a damaged part of the log.
      await segment.rename(join(this.directory, spareName(++this.#spareCount)), this.directory);
      this.#spares.push(await segment.reuse(this.tables));
    } catch (error) {
      await segment.close().catch(() => {});
      throw error;
    }
  }
}

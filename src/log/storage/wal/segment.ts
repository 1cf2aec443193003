import { randomInt } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { syncDirectory } from "../directories.js";
import { writeZeros } from "../zeros.js";
import { openDurably, writeDurably } from "./files.js";
import { encodeSegmentHeader, segmentStart } from "./segment-header.js";

/**
 * A file of the write-ahead log, full of zeros or of old records before it is used: overwriting
 * costs the file system no bookkeeping, and cannot run out of space.
 */
export class Segment {
  /** Where the next record goes. */
  end = segmentStart;
  /** The sequence number of the last record. */
  last = 0;

  private constructor(
    private path: string,
    private readonly file: FileHandle,
    readonly bytes: number,
    readonly salt: number,
  ) {}

  /** Makes one, of this size and under this name; or none, and leaves nothing behind. */
  static async create(path: string, bytes: number, tables: number): Promise<Segment> {
    try {
      const blank = await open(path, "wx");
      try {
        await writeZeros(blank, bytes);
        await blank.datasync();
      } finally {
        await blank.close();
      }
      return await Segment.#begin(path, await openDurably(path), bytes, tables);
    } catch (error) {
      await rm(path, { force: true }).catch(() => {});
      throw error;
    }
  }

  static async #begin(
    path: string,
    file: FileHandle,
    bytes: number,
    tables: number,
  ): Promise<Segment> {
    const salt = randomInt(1, 2 ** 32);
    await writeDurably(file, encodeSegmentHeader({ salt, tables, bytes }), 0);
    return new Segment(path, file, bytes, salt);
  }

  /** Whether a record still fits. */
  fits(bytes: number): boolean {
    return this.end + bytes <= this.bytes;
  }

  /** Resolves when a record is on disk. */
  async append(record: Uint8Array, sequence: number): Promise<void> {
    await writeDurably(this.file, record, this.end);
    this.end += record.length;
    this.last = sequence;
  }

  /** Gives it another name in the same directory; what it is called is durable when it resolves. */
  async rename(path: string, directory: string): Promise<void> {
    await rename(this.path, path);
    this.path = path;
    await syncDirectory(directory);
  }

  /** The same file, to be used from its start again; nothing that it has is a record any more. */
  reuse(tables: number): Promise<Segment> {
    return Segment.#begin(this.path, this.file, this.bytes, tables);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}

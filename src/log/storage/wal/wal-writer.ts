import type { Pending } from "../commit-queue.js";
import { encodeRecord, recordBytes } from "./record.js";
import type { Segments } from "./segments.js";

/** A larger record gets a buffer of its own, which goes away with it. */
const bufferBytes = 2 ** 20;

/** Writes records, one after the other: each in one write, durable when that returns. */
export class WalWriter {
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);

  /** @param sequence of the last record. */
  constructor(
    private readonly segments: Segments,
    private sequence: number,
  ) {}

  /** @returns the sequence number of the record. */
  async append(group: readonly Pending[]): Promise<number> {
    const bytes = recordBytes(group);
    const segment = await this.segments.for(bytes);
    const record =
      bytes > bufferBytes ? Buffer.allocUnsafeSlow(bytes) : this.#buffer.subarray(0, bytes);
    encodeRecord(record, group, segment.salt, ++this.sequence);
    await segment.append(record, this.sequence);
    this.segments.prepare();
    return this.sequence;
  }
}

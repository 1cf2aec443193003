/** How items become bytes. */
export interface Encoding<T> {
  /** One item; called once for all subscribers. */
  encode(item: T): Uint8Array;
  /** What is written of the items of one turn; called once for all subscribers. */
  join(parts: readonly Uint8Array[]): Uint8Array;
}

/** What was published to everybody within one turn of the event loop, as bytes. */
export class Batch<T> {
  private readonly parts: Uint8Array[] = [];
  private newest: T | undefined;
  /** The last thing that was joined: nearly everybody wants the same. */
  private from = 0;
  private to = 0;
  private bytes: Uint8Array | undefined;

  constructor(private readonly encoding: Encoding<T>) {}

  /** Encodes an item, the first time that it comes; returns its index. */
  add(item: T): number {
    if (this.newest !== item) {
      this.parts.push(this.encoding.encode(item));
      this.newest = item;
    }
    return this.parts.length - 1;
  }

  at(index: number): Uint8Array {
    return this.parts[index]!;
  }

  /** The items from one index up to, and without, another. */
  slice(from: number, to: number): Uint8Array[] {
    return this.parts.slice(from, to);
  }

  /** The same as they are written. */
  joined(from: number, to: number): Uint8Array {
    if (this.bytes === undefined || this.from !== from || this.to !== to) {
      this.bytes = this.encoding.join(this.slice(from, to));
      this.from = from;
      this.to = to;
    }
    return this.bytes;
  }
}

/** Positions of one part: a power of two. */
const partSize = 65_536;

/** A set of whole numbers of which most lie close together: a bit for each. */
export class PositionSet {
  readonly #parts = new Map<number, Uint8Array>();
  #last = 0;
  #size = 0;

  /** The largest one. */
  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns false if it was there. */
  add(position: number): boolean {
    const number = Math.floor(position / partSize);
    let part = this.#parts.get(number);
    if (part === undefined) {
      part = new Uint8Array(partSize / 8);
      this.#parts.set(number, part);
    }
    const bit = position % partSize;
    const mask = 1 << (bit & 7);
    if ((part[bit >> 3]! & mask) !== 0) return false;
    part[bit >> 3]! |= mask;
    this.#size++;
    if (position > this.#last) this.#last = position;
    return true;
  }

  has(position: number): boolean {
    const part = this.#parts.get(Math.floor(position / partSize));
    const bit = position % partSize;
    return part !== undefined && (part[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  /** What is not in it from a number up to the largest, as runs of numbers. */
  *gaps(from: number): Iterable<{ readonly first: number; readonly last: number }> {
    for (let first = from; first <= this.#last; first++) {
      if (this.has(first)) continue;
      let next = first + 1;
      // Parts that are not there at all are passed over at once.
      while (!this.has(next)) {
        const part = Math.floor(next / partSize);
        next = this.#parts.has(part) ? next + 1 : (part + 1) * partSize;
      }
      yield { first, last: next - 1 };
      first = next;
    }
  }
}

import { compareBytes } from "./bytes.js";
import type { Entry, Key, KeyRange } from "./storage.js";

/** Entries of one block, at most; then it becomes two. */
const maxBlock = 512;

/**
 * Entries in the order of their keys, in blocks: a B+ tree of two levels. Finding takes O(log n),
 * changing O(log n + √n) with a small constant, for up to some ten million entries.
 */
export class SortedEntries<E extends Entry = Entry> {
  /** None is empty but the first. */
  readonly #blocks: E[][] = [[]];
  #bytes = 0;

  /** Of all keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  /** All of them, in order; nothing may change meanwhile. */
  *[Symbol.iterator](): Generator<E> {
    for (const block of this.#blocks) yield* block;
  }

  get(key: Key): Uint8Array | undefined {
    const block = this.#blocks[this.#blockOf(key)]!;
    const entry = block[lowerBound(block, key)];
    return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry.value : undefined;
  }

  /** Adds an entry, or puts it in the place of the one with its key. */
  set(entry: E): void {
    const { key, value } = entry;
    // Most keys come in order.
    const isLargest = this.#isBeyondAll(key);
    const number = isLargest ? this.#blocks.length - 1 : this.#blockOf(key);
    const block = this.#blocks[number]!;
    const at = isLargest ? block.length : lowerBound(block, key);
    const old = block[at];
    this.#bytes += value.byteLength;
    if (old !== undefined && compareBytes(old.key, key) === 0) {
      this.#bytes -= old.value.byteLength;
      block[at] = entry;
      return;
    }
    this.#bytes += key.byteLength;
    if (at === block.length) block.push(entry);
    else block.splice(at, 0, entry);
    if (block.length <= maxBlock) return;
    // What comes in order fills its blocks: only the last one is left nearly empty.
    const isLast = number === this.#blocks.length - 1 && at === maxBlock;
    this.#blocks.splice(number + 1, 0, block.splice(isLast ? maxBlock : maxBlock / 2));
  }

  delete(key: Key): void {
    const number = this.#blockOf(key);
    const block = this.#blocks[number]!;
    const at = lowerBound(block, key);
    const old = block[at];
    if (old === undefined || compareBytes(old.key, key) !== 0) return;
    this.#bytes -= old.key.byteLength + old.value.byteLength;
    block.splice(at, 1);
    if (block.length === 0 && this.#blocks.length > 1) this.#blocks.splice(number, 1);
  }

  range({ from, to, reverse = false, limit }: KeyRange): E[] {
    const found: E[] = [];
    if (compareBytes(from, to) >= 0) return found;
    const edge = reverse ? to : from;
    let number = this.#blockOf(edge);
    let at = lowerBound(this.#blocks[number]!, edge) - (reverse ? 1 : 0);
    while (found.length < limit) {
      const entry = this.#blocks[number]![at];
      if (entry === undefined) {
        number += reverse ? -1 : 1;
        const next = this.#blocks[number];
        if (next === undefined) break;
        at = reverse ? next.length - 1 : 0;
        continue;
      }
      const isOutside = reverse
        ? compareBytes(entry.key, from) < 0
        : compareBytes(entry.key, to) >= 0;
      if (isOutside) break;
      found.push(entry);
      at += reverse ? -1 : 1;
    }
    return found;
  }

  #isBeyondAll(key: Key): boolean {
    const last = this.#blocks.at(-1)!.at(-1);
    return last === undefined || compareBytes(last.key, key) < 0;
  }

  /** The last block that begins at or before a key. */
  #blockOf(key: Key): number {
    const blocks = this.#blocks;
    let low = 1;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(blocks[middle]![0]!.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Where a key is, or belongs. */
function lowerBound(block: readonly Entry[], key: Key): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(block[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

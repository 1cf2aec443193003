import type { Draw } from "../support/draw.js";

/** Random decisions that depend on nothing but a seed. */
export class Random implements Draw {
  #state: number;

  constructor(...seed: readonly number[]) {
    this.#state = 0x9e3779b9;
    for (const part of seed) {
      this.#state = Math.imul(this.#state ^ part, 0x85ebca6b);
      this.#next();
    }
  }

  nat(max: number): number {
    return this.#next() % (max + 1);
  }

  chance(percent: number): boolean {
    return this.nat(9_999) < percent * 100;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.nat(items.length - 1)] as T;
  }

  /** An item by its weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let at = this.nat(items.reduce((sum, [weight]) => sum + weight, 0) - 1);
    for (const [weight, item] of items) {
      if (at < weight) return item;
      at -= weight;
    }
    throw new Error("no items");
  }

  text(): string {
    const length = this.nat(12);
    return Array.from({ length }, () => this.pick(characters)).join("");
  }

  /** mulberry32 */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
}

const characters = [..."abcXYZ019 _-+/%&=?#\"'\\<>\u0000\n\r\t\u007fäß€\u2028\ufeff𝄞"];

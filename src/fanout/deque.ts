/** A ring that has grown beyond this many slots is given back when it runs empty. */
const KEPT_SLOTS = 64;

/** A first-in-first-out list on a growing ring: no shifting of arrays, no object per item. */
export class Deque<T> {
  private slots: (T | undefined)[] = [];
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = item;
    this.count++;
  }

  /** Takes the oldest item; look at `length` first where `undefined` is a possible item. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.count--;
    if (this.count === 0 && this.slots.length > KEPT_SLOTS) this.clear();
    return item;
  }

  /** The item at `index`, the oldest being 0. */
  at(index: number): T | undefined {
    return index < this.count
      ? this.slots[(this.head + index) & (this.slots.length - 1)]
      : undefined;
  }

  clear(): void {
    this.slots = [];
    this.count = 0;
  }

  /** The number of slots stays a power of two, so that a mask wraps the index. */
  private grow(): void {
    const grown: (T | undefined)[] = new Array(Math.max(4, this.slots.length * 2)).fill(undefined);
    for (let i = 0; i < this.count; i++) grown[i] = this.at(i);
    this.slots = grown;
    this.head = 0;
  }
}

import { Deque } from "./deque.js";
import type { TopicStats } from "./topic-stats.js";

/** One published item on its way to the subscribers; all of them share it. */
export interface Entry<T> {
  readonly item: T;
  /** Bytes as `sizeOf` says; negative until somebody had to know. */
  size: number;
}

/** What bounds the queue of one subscriber. */
export interface QueueLimits<T> {
  readonly policy: "latest" | "fifo";
  readonly queueSize: number;
  readonly maxQueueBytes: number;
  readonly sizeOf?: (item: T) => number;
}

/**
 * Makes sure that the size of an entry is known.
 *
 * @throws what `sizeOf` throws, or a TypeError when it returns no size.
 */
export function measure<T>(entry: Entry<T>, sizeOf: ((item: T) => number) | undefined): number {
  if (entry.size < 0) {
    const size = sizeOf === undefined ? 0 : sizeOf(entry.item);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new TypeError(`sizeOf must return a whole number of bytes, got ${size}`);
    }
    entry.size = size;
  }
  return entry.size;
}

/** What one subscriber has yet to receive, while its transport is back-pressured. */
export class PolicyQueue<T> {
  private readonly entries = new Deque<Entry<T>>();
  private bytes = 0;

  constructor(
    private readonly limits: QueueLimits<T>,
    private readonly stats: TopicStats,
  ) {}

  get length(): number {
    return this.entries.length;
  }

  /**
   * Takes the entry in, or returns `false`: no room. `latest` always takes it and drops the
   * oldest ones until it fits. An empty queue has room for an entry of any size, else an item
   * larger than `maxQueueBytes` could never be delivered.
   */
  offer(entry: Entry<T>): boolean {
    const size = measure(entry, this.limits.sizeOf);
    while (!this.hasRoom(size)) {
      if (this.limits.policy === "fifo") return false;
      this.shift();
      this.stats.dropped++;
    }
    this.add(entry);
    return true;
  }

  /**
   * Takes in an entry of the replay. For `fifo` even where there is no room: a newcomer must not
   * lose any of them. The entries are held by the topic anyway, so this costs a reference each.
   */
  preload(entry: Entry<T>): void {
    if (this.limits.policy === "latest") {
      this.offer(entry);
    } else {
      measure(entry, this.limits.sizeOf);
      this.add(entry);
    }
  }

  /** Takes out the oldest entry. */
  shift(): Entry<T> | undefined {
    const entry = this.entries.shift();
    if (entry !== undefined) {
      this.bytes -= entry.size;
      this.stats.queued--;
      this.stats.queuedBytes -= entry.size;
    }
    return entry;
  }

  clear(): void {
    while (this.shift() !== undefined);
  }

  private hasRoom(size: number): boolean {
    if (this.entries.length === 0) return true;
    const { queueSize, maxQueueBytes } = this.limits;
    return this.entries.length < queueSize && this.bytes + size <= maxQueueBytes;
  }

  private add(entry: Entry<T>): void {
    this.entries.push(entry);
    this.bytes += entry.size;
    this.stats.queued++;
    this.stats.queuedBytes += entry.size;
  }
}

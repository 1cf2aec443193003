/**
 * Feeds async generators: what has to be written by hand where a framework asks for a generator per
 * subscriber. Lossless, with a queue per subscriber.
 */
export class Hub<T> {
  private readonly subscribers = new Set<(item: T) => void>();

  get size(): number {
    return this.subscribers.size;
  }

  publish(item: T): void {
    for (const push of this.subscribers) push(item);
  }

  async *subscribe(signal: AbortSignal): AsyncGenerator<T, void> {
    const queue: T[] = [];
    let wake = () => {};
    const push = (item: T) => {
      queue.push(item);
      wake();
    };
    // Not left to `finally`: connect-node never resumes a generator that is blocked when its client
    // leaves.
    const leave = () => {
      this.subscribers.delete(push);
      wake();
    };
    this.subscribers.add(push);
    signal.addEventListener("abort", leave, { once: true });
    try {
      while (!signal.aborted) {
        const item = queue.shift();
        if (item !== undefined) {
          yield item;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      leave();
    }
  }
}

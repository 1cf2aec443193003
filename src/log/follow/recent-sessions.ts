import type { CommittedSession } from "../index/tail.js";
import type { StoredEvent } from "../stored-event.js";

/** Bytes that are kept for those who follow closely, at most. */
const maxBytes = 16 * 2 ** 20;

/**
 * The sessions that became durable last, in the order in which they did. Whoever is so close behind
 * reads them here; whoever is further behind reads from storage.
 */
export class RecentSessions {
  /** None before the head, so that nobody keeps what is dropped. */
  #sessions: (CommittedSession | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];
  #last: number;

  /**
   * @param last the last position there was before.
   * @param maxSessions that are kept.
   */
  constructor(
    last: number,
    private readonly maxSessions: number,
  ) {
    this.#last = last;
  }

  /** The position of the last session that is durable. */
  get last(): number {
    return this.#last;
  }

  add(sessions: readonly CommittedSession[]): void {
    for (const session of sessions) {
      this.#sessions.push(session);
      this.#bytes += sizeOf(session.events);
      this.#last = session.position;
    }
    while (this.#sessions.length - this.#head > this.maxSessions || this.#bytes > maxBytes) {
      this.#bytes -= sizeOf(this.#sessions[this.#head]!.events);
      this.#sessions[this.#head++] = undefined;
    }
    if (this.#head >= this.maxSessions) {
      this.#sessions = this.#sessions.slice(this.#head);
      this.#head = 0;
    }
    this.wake();
  }

  /** What came behind a position, up to so many; `undefined` if not all of it is here. */
  after(position: number, limit: number): readonly CommittedSession[] | undefined {
    const first = this.#sessions[this.#head]?.position ?? this.#last + 1;
    if (position + 1 < first) return undefined;
    // Positions are dense.
    const from = this.#head + position + 1 - first;
    return this.#sessions.slice(from, from + limit) as CommittedSession[];
  }

  /** Resolves when something comes, or somebody is to look whether to go on. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Has all who wait look up. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** What events take in memory, roughly. */
export function sizeOf(events: readonly StoredEvent[]): number {
  return events.reduce((sum, { data }) => sum + 200 + (data?.length ?? 0), 0);
}

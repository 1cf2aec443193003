import type { WrittenSession } from "../append/commit-group.js";
import type { EventType } from "../model/event.js";
import { decodeRecord } from "../record.js";
import type { StoredEvent } from "../stored-event.js";

/** Bytes of records that are kept for those who follow closely, at most. */
const maxBytes = 16 * 2 ** 20;

/**
 * Events that are kept as they are: whoever is in time takes them from here. Those before them are
 * kept as bytes, since thousands of objects that live for a moment longer than most are what keeps
 * a garbage collector busy.
 */
const freshEvents = 512;

/** The events of one session, in the order of arrival. */
export interface RecentSession {
  readonly position: number;
  readonly events: readonly StoredEvent[];
}

interface Kept {
  readonly server: number;
  readonly session: number;
  readonly firstInstance: number;
  readonly position: number;
  readonly record: Uint8Array;
  readonly count: number;
  /** While they are fresh. */
  events: readonly StoredEvent[] | undefined;
}

/**
 * The sessions that became durable last, in the order in which they did. Whoever is so close behind
 * reads them here; whoever is further behind reads from storage.
 */
export class RecentSessions {
  /** None before the head, so that nobody keeps what is dropped. */
  #sessions: (Kept | undefined)[] = [];
  #head = 0;
  /** The first that is fresh. */
  #fresh = 0;
  #freshEvents = 0;
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
    private readonly typeOf: (typeNumber: number) => EventType,
  ) {
    this.#last = last;
  }

  /** The position of the last session that is durable. */
  get last(): number {
    return this.#last;
  }

  add(sessions: readonly WrittenSession[]): void {
    for (const { server, session, position, events, record } of sessions) {
      const count = events.length;
      const firstInstance = events[0]!.id.instance;
      this.#sessions.push({ server, session, firstInstance, position, record, count, events });
      this.#freshEvents += count;
      this.#bytes += record.length;
      this.#last = position;
    }
    while (this.#freshEvents > freshEvents) this.#fade();
    while (this.#sessions.length - this.#head > this.maxSessions || this.#bytes > maxBytes) {
      if (this.#fresh === this.#head) this.#fade();
      this.#bytes -= this.#sessions[this.#head]!.record.length;
      this.#sessions[this.#head++] = undefined;
    }
    if (this.#head >= this.maxSessions) {
      this.#sessions = this.#sessions.slice(this.#head);
      this.#fresh -= this.#head;
      this.#head = 0;
    }
    this.wake();
  }

  /** What came behind a position, up to so many; `undefined` if not all of it is here. */
  after(position: number, limit: number): readonly RecentSession[] | undefined {
    const first = this.#sessions[this.#head]?.position ?? this.#last + 1;
    if (position + 1 < first) return undefined;
    // Positions are dense.
    const from = this.#head + position + 1 - first;
    return this.#sessions.slice(from, from + limit).map((kept) => this.#read(kept!));
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

  #fade(): void {
    const kept = this.#sessions[this.#fresh++]!;
    this.#freshEvents -= kept.count;
    kept.events = undefined;
  }

  #read({ server, session, firstInstance, position, record, events }: Kept): RecentSession {
    if (events !== undefined) return { position, events };
    return decodeRecord(record, [server, session, firstInstance], this.typeOf);
  }
}

/** What events take in memory, roughly. */
export function sizeOf(events: readonly StoredEvent[]): number {
  return events.reduce((sum, { data }) => sum + 200 + (data?.length ?? 0), 0);
}

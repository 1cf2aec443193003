import type { CommittedSession } from "../index/tail.js";
import type { Change } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { asBuffer, tables } from "../tables.js";
import type { RuleBook } from "./rule-book.js";

export const keptKey = Buffer.from("kept");

/** How much there is of what a rule governs. */
export interface Amount {
  entries: number;
  bytes: number;
}

/** What an event takes besides its payload, for `maxBytes`. */
const eventBytes = 32;

/** Counts what is kept, rule by rule: up to the checkpoint of the index, and behind it. */
export class Kept {
  #stored: Amount[];
  #recent: Amount[];

  constructor(
    private readonly book: RuleBook,
    stored: readonly Amount[] | undefined,
    /** Up to where `stored` was counted. */
    private position: number,
  ) {
    this.#stored = book.rules.map((_, i) => ({ entries: 0, bytes: 0, ...stored?.[i] }));
    this.#recent = book.rules.map(() => ({ entries: 0, bytes: 0 }));
  }

  /** What there is for a rule. */
  of(rule: number): Amount {
    const { entries, bytes } = this.#stored[rule]!;
    const recent = this.#recent[rule]!;
    return { entries: entries + recent.entries, bytes: bytes + recent.bytes };
  }

  /** Counts what has become durable. */
  add({ events }: CommittedSession): void {
    if (this.book.rules.length === 0) return;
    for (const event of events) this.#count(this.#recent, event, 1);
  }

  /** Counts an event that was there before. */
  addStored(event: StoredEvent): void {
    this.#count(this.#stored, event, 1);
  }

  remove(event: StoredEvent): void {
    this.#count(this.#stored, event, -1);
  }

  /** What came up to a position is going to be in the index. */
  advance(position: number): void {
    this.position = position;
    for (const [i, recent] of this.#recent.entries()) {
      this.#stored[i]!.entries += recent.entries;
      this.#stored[i]!.bytes += recent.bytes;
    }
    this.#recent = this.#recent.map(() => ({ entries: 0, bytes: 0 }));
  }

  /** What has to be written for it to be known after a restart. */
  change(): Change {
    const { position, book } = this;
    const value = Buffer.from(JSON.stringify({ rules: book.key, position, amounts: this.#stored }));
    return { table: tables.meta, key: keptKey, value };
  }

  #count(amounts: Amount[], event: StoredEvent, sign: number): void {
    if (event.isReleased) return;
    const amount = amounts[this.book.ruleOf(event)];
    if (amount === undefined) return;
    amount.entries += sign;
    amount.bytes += sign * sizeOf(event);
  }
}

/** The bytes that an event counts for. */
export function sizeOf({ data }: StoredEvent): number {
  if (data === undefined) return eventBytes;
  return eventBytes + (typeof data === "string" ? Buffer.byteLength(data) : data.length);
}

/** What was counted before a restart, unless by other rules, or up to somewhere else. */
export function readKept(
  stored: Uint8Array | undefined,
  book: RuleBook,
  position: number,
): readonly Amount[] | undefined {
  if (stored === undefined) return undefined;
  const kept = JSON.parse(asBuffer(stored).toString("utf8"));
  return kept.rules === book.key && kept.position === position ? kept.amounts : undefined;
}

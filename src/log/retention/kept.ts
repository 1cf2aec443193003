import type { CommittedSession } from "../index/tail.js";
import { sealed, unsealed } from "../sealed.js";
import type { Change } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { tables } from "../tables.js";
import type { RuleBook } from "./rule-book.js";

/** Where the amounts are, in the table `meta`, and how often something was removed. */
export const keptKey = Buffer.from("kept");
export const removalsKey = Buffer.from("removals");

/** How much there is of what a rule governs. */
export interface Amount {
  entries: number;
  bytes: number;
}

/** What an event takes besides its payload, for `maxBytes`. */
const eventBytes = 32;

/** What is written of it. */
export interface StoredKept {
  readonly rules: string;
  readonly position: number;
  readonly removals: number;
  readonly amounts: readonly Amount[];
}

/** Counts what is kept, rule by rule: up to the checkpoint of the index, and behind it. */
export class Kept {
  #stored: Amount[];
  #recent: Amount[];

  constructor(
    private readonly book: RuleBook,
    stored: readonly Amount[] | undefined,
    /** Up to where `stored` was counted. */
    private position: number,
    /** How often something was removed. */
    private removals: number,
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

  /** What has to be written together with the removal of some events. */
  remove(events: readonly StoredEvent[]): readonly Change[] {
    for (const event of events) this.#count(this.#stored, event, -1);
    this.removals++;
    const value = sealed(removalsKey, Buffer.from(`${this.removals}`));
    return [this.change(), { table: tables.meta, key: removalsKey, value }];
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

  /**
   * What has to be written for it to be known after a restart. Between the moment when it is made
   * and the one when it is on disk, events may be removed, or are not removed yet after all: then
   * the number of removals is another one than what is on disk of that.
   */
  change(): Change {
    const { position, removals, book } = this;
    const kept: StoredKept = { rules: book.key, position, removals, amounts: this.#stored };
    const value = sealed(keptKey, Buffer.from(JSON.stringify(kept)));
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

/** How often something was removed; `NaN` if that is damaged. */
export function readRemovals(stored: Uint8Array | undefined): number {
  if (stored === undefined) return 0;
  return Number(unsealed(removalsKey, stored)?.toString("latin1"));
}

/** What was written of what is kept; `undefined` if this is something else. */
export function decodeKept(stored: Uint8Array): StoredKept | undefined {
  const text = unsealed(keptKey, stored);
  return text && JSON.parse(text.toString("utf8"));
}

/** What was counted before a restart, unless by other rules, or of something else. */
export function readKept(
  stored: Uint8Array | undefined,
  book: RuleBook,
  position: number,
  removals: number,
): readonly Amount[] | undefined {
  const kept = stored && decodeKept(stored);
  const isRight =
    kept?.rules === book.key && kept.position === position && kept.removals === removals;
  return isRight ? kept.amounts : undefined;
}

/** What can be wrong with a stored log; docs/durability.md says what it means. */
export const findingCodes = [
  "storage_unreadable",
  "meta_damaged",
  "type_damaged",
  "record_damaged",
  "record_order",
  "record_missing",
  "checkpoint_wrong",
  "index_damaged",
  "index_ahead",
  "index_dangling",
  "index_missing",
  "stream_gap",
  "kept_wrong",
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** Something that is wrong with a stored log. */
export interface Finding {
  readonly code: FindingCode;
  /** What it is about: `session 1:42`, `event 1:42:3`, `type 7`. */
  readonly place: string;
  readonly text: string;
}

/** All that is found; the first ones are kept, the others counted. */
export class Findings {
  readonly list: Finding[] = [];
  #count = 0;

  constructor(private readonly max: number) {}

  get count(): number {
    return this.#count;
  }

  /** Adds what all others have to be read by. */
  addFirst(code: FindingCode, place: string, text: string): void {
    this.#count++;
    this.list.unshift({ code, place, text });
    this.list.length = Math.min(this.list.length, this.max);
  }

  add(code: FindingCode, place: string, text: string): void {
    this.#count++;
    if (this.list.length < this.max) this.list.push({ code, place, text });
  }
}

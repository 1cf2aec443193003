import type { EventRef } from "../index/tail.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import type { Found } from "./event-lookup.js";
import type { VerifyPart } from "./verify-context.js";

/** One table of the index: what its entries name, and which there should be. */
export interface IndexPart<Ref extends EventRef> {
  readonly part: VerifyPart;
  readonly table: number;
  /** What it is called in findings. */
  readonly name: string;
  /** Entries that there should be, as the records say. */
  readonly expected: number;
  /** The events that entries name; entries that cannot be read are told, and name none. */
  refs(page: readonly Entry[]): Promise<Ref[]> | Ref[];
  /** Whether the event is the one that was meant. */
  fits(ref: Ref, found: Found): boolean;
  /** Whether entries may be there when their events are not any more. */
  readonly outlivesEvents: boolean;
  /** An entry is right. */
  accept(ref: Ref): void;
  /** How an entry is called in findings. */
  nameOf(ref: Ref): string;
  /** Of the events of a record that is in the index, those that should be in this table, and are not. */
  missing(record: SessionRecord): Promise<readonly StoredEvent[]>;
  /** Whether as many entries are right as there should be. */
  readonly isComplete: boolean;
}

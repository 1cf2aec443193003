import { Subscription } from "../model/subscription.js";
import type { TypeTree } from "../model/type-tree.js";
import { type Amount, type StoredKept, sizeOf } from "../retention/kept.js";
import { RuleBook } from "../retention/rule-book.js";
import type { StoredEvent } from "../stored-event.js";
import type { Findings } from "./finding.js";

/** Counts again how much there is for each of the rules by which events are removed. */
export class KeptCheck {
  readonly #amounts: Amount[];

  /**
   * @param position up to which the index reaches.
   * @param removals how often something was removed.
   * @returns `undefined` if what is stored is not used any more: a log that opens counts again.
   */
  static read(
    stored: Buffer,
    types: TypeTree,
    position: number,
    removals: number,
  ): KeptCheck | "damaged" | undefined {
    try {
      const kept: StoredKept = JSON.parse(stored.toString());
      const { rules, amounts } = kept;
      const parsed: [string, "timestamp" | "sourceTimestamp" | null][] = JSON.parse(rules);
      const book = new RuleBook(
        parsed.map(([key, orderBy]) => ({
          types: JSON.parse(key),
          ...(orderBy !== null && { orderBy }),
        })),
        Subscription.of([]),
        types,
      );
      const isRight = amounts.length === parsed.length && amounts.every(isAmount);
      const isCounted = Number.isSafeInteger(kept.position) && Number.isSafeInteger(kept.removals);
      if (!isRight || !isCounted || book.key !== rules) return "damaged";
      const isUsed = kept.position === position && kept.removals === removals;
      return isUsed ? new KeptCheck(book, amounts) : undefined;
    } catch {
      // It is no JSON, or has something else where lists of rules should be.
      return "damaged";
    }
  }

  private constructor(
    private readonly book: RuleBook,
    private readonly stored: readonly Amount[],
  ) {
    this.#amounts = stored.map(() => ({ entries: 0, bytes: 0 }));
  }

  /** Counts an event that is in the index. */
  count(event: StoredEvent): void {
    if (event.isReleased) return;
    const amount = this.#amounts[this.book.ruleOf(event)];
    if (amount === undefined) return;
    amount.entries++;
    amount.bytes += sizeOf(event);
  }

  finish(findings: Findings): void {
    for (const [i, { entries, bytes }] of this.#amounts.entries()) {
      const stored = this.stored[i]!;
      if (stored.entries === entries && stored.bytes === bytes) continue;
      const text =
        `there are ${entries} events of ${bytes} bytes, but ${stored.entries} of ${stored.bytes} are ` +
        "counted: rules remove too many or too few";
      findings.add("kept_wrong", `retention[${i}]`, text);
    }
  }
}

function isAmount(amount: Amount): boolean {
  return Number.isSafeInteger(amount.entries) && Number.isSafeInteger(amount.bytes);
}

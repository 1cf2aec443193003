import { Subscription } from "../model/subscription.js";
import type { TypeTree } from "../model/type-tree.js";
import { type Amount, decodeKept, sizeOf } from "../retention/kept.js";
import type { RetentionRule } from "../retention/retention-rule.js";
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
    const kept = decodeKept(stored);
    if (kept === undefined) return "damaged";
    if (kept.position !== position || kept.removals !== removals) return undefined;
    const rules: [string, RetentionRule["orderBy"] | null][] = JSON.parse(kept.rules);
    const book = new RuleBook(
      rules.map(([types, orderBy]) => ({
        types: JSON.parse(types),
        ...(orderBy !== null && { orderBy }),
      })),
      Subscription.of([]),
      types,
    );
    return new KeptCheck(book, kept.amounts);
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

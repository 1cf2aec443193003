import { Subscription } from "../model/subscription.js";
import type { TypeTree } from "../model/type-tree.js";
import type { StoredEvent } from "../stored-event.js";
import type { RetentionRule } from "./retention-rule.js";

const unknown = -2;

/** Which rule is for which type. */
export class RuleBook {
  readonly #subscriptions: readonly Subscription[];
  /** By number of the type; of events with a source timestamp, and of the others. */
  readonly #withSource: number[] = [];
  readonly #withoutSource: number[] = [];

  constructor(
    readonly rules: readonly RetentionRule[],
    /** The last events of these are kept, whatever the rules say. */
    private readonly latest: Subscription,
    private readonly types: TypeTree,
  ) {
    this.#subscriptions = rules.map(({ types: of }) => Subscription.of(of));
  }

  /** The index of the rule for an event; -1 if there is none. */
  ruleOf({ typeNumber, sourceTimestamp }: StoredEvent): number {
    const known = sourceTimestamp === undefined ? this.#withoutSource : this.#withSource;
    while (known.length <= typeNumber) known.push(unknown);
    if (known[typeNumber] === unknown) {
      known[typeNumber] = this.#find(typeNumber, sourceTimestamp !== undefined);
    }
    return known[typeNumber]!;
  }

  #find(type: number, hasSource: boolean): number {
    const segments = this.types.typeOf(type);
    return this.#subscriptions.findIndex(
      (each, i) =>
        (hasSource || this.rules[i]!.orderBy !== "sourceTimestamp") && each.matches(segments),
    );
  }

  keepsLatest(type: number): boolean {
    return this.latest.matches(this.types.typeOf(type));
  }

  /** The same text for the same rules: whether what was counted for them is still right. */
  get key(): string {
    return JSON.stringify(this.#subscriptions.map(({ key }, i) => [key, this.rules[i]!.orderBy]));
  }
}

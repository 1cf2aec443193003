import { SluiceError } from "../../errors.js";
import { findConditionMistakes } from "./check-conditions.js";
import type { Condition, ConditionLimits, ConditionRule } from "./condition.js";
import type { EventType, Payload } from "./event.js";
import { EventTypeCollection } from "./event-type-collection.js";
import { flattenPath, valueAt } from "./json-path.js";
import { equalsJson, jsonTypeOf } from "./json-value.js";
import { Subscription } from "./subscription.js";

type Test = (payload: Payload | undefined) => boolean;

/** Rules ready to be held against events. */
export interface Conditions {
  /** Whether there are no rules: everything passes. */
  readonly isEmpty: boolean;
  /**
   * Whether the conditions of all rules that match the type hold; so it does where none matches.
   */
  passes(type: EventType, payload: Payload | undefined): boolean;
  /** The index of the first rule that matches the type and whose condition does not hold. */
  violated(type: EventType, payload: Payload | undefined): number | undefined;
}

/**
 * Compiles rules; later changes to them have no effect. Looking for those that match a type takes
 * as long as `EventTypeCollection.get()`.
 *
 * @throws SluiceError `conditions_invalid`, naming everything that is wrong.
 */
export function compileConditions(
  rules: readonly ConditionRule[],
  limits?: ConditionLimits,
): Conditions {
  const mistakes = findConditionMistakes(rules, limits);
  if (mistakes.length > 0) throw new SluiceError("conditions_invalid", mistakes.join("; "));
  const tests = rules.map(({ condition }) => compileCondition(condition));
  const byType = new EventTypeCollection<number>();
  for (const [i, { types }] of rules.entries()) byType.add(Subscription.of(types), i);
  return {
    isEmpty: rules.length === 0,
    passes: (type, payload) => byType.get(type).every((i) => tests[i]!(payload)),
    violated(type, payload) {
      const indexes = byType.get(type).sort((a, b) => a - b);
      return indexes.find((i) => !tests[i]!(payload));
    },
  };
}

function compileCondition(condition: Condition): Test {
  if (condition.type === "json") return compileJson(condition);
  const tests = condition.conditions.map(compileCondition);
  return condition.type === "all"
    ? (payload) => tests.every((test) => test(payload))
    : (payload) => tests.some((test) => test(payload));
}

function compileJson({ path, dataType, value }: Condition & { readonly type: "json" }): Test {
  const steps = flattenPath(path ?? []);
  const wanted = structuredClone(value);
  return (payload) => {
    if (payload === undefined || !("json" in payload)) return false;
    const found = valueAt(payload.json, steps);
    if (dataType !== undefined && jsonTypeOf(found) !== dataType) return false;
    return wanted === undefined || equalsJson(wanted, found);
  };
}

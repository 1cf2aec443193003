import { SluiceError } from "../../errors.js";
import { findConditionMistakes } from "./check-conditions.js";
import { EventTypeCollection } from "./event-type-collection.js";
import { flattenPath, valueAt } from "./json-path.js";
import { equalsJson, jsonTypeOf } from "./json-value.js";
import { Subscription } from "./subscription.js";
/**
 * Compiles rules; later changes to them have no effect. Looking for those that match a type takes
 * as long as `EventTypeCollection.get()`.
 *
 * @throws SluiceError `conditions_invalid`, naming everything that is wrong.
 */
export function compileConditions(rules, limits) {
    const mistakes = findConditionMistakes(rules, limits);
    if (mistakes.length > 0)
        throw new SluiceError("conditions_invalid", mistakes.join("; "));
    const tests = rules.map(({ condition }) => compileCondition(condition));
    const byType = new EventTypeCollection();
    for (const [i, { types }] of rules.entries())
        byType.add(Subscription.of(types), i);
    return {
        isEmpty: rules.length === 0,
        passes: (type, payload) => byType.get(type).every((i) => tests[i](payload)),
        violated(type, payload) {
            const indexes = byType.get(type).sort((a, b) => a - b);
            return indexes.find((i) => !tests[i](payload));
        },
    };
}
function compileCondition(condition) {
    if (condition.type === "json")
        return compileJson(condition);
    const tests = condition.conditions.map(compileCondition);
    return condition.type === "all"
        ? (payload) => tests.every((test) => test(payload))
        : (payload) => tests.some((test) => test(payload));
}
function compileJson({ path, dataType, value }) {
    const steps = flattenPath(path ?? []);
    const wanted = structuredClone(value);
    return (payload) => {
        if (payload === undefined || !("json" in payload))
            return false;
        const found = valueAt(payload.json, steps);
        if (dataType !== undefined && jsonTypeOf(found) !== dataType)
            return false;
        return wanted === undefined || equalsJson(wanted, found);
    };
}

import { isJson, jsonTypes } from "./json-value.js";
import { findQueryTypeProblem } from "./query-type.js";
import { defaultMaxQueryTypes } from "./subscription.js";
/**
 * All that is wrong with what should be a list of `ConditionRule`, each with the place of it:
 * `conditions[0].condition.path must be …`. Empty if it is one.
 */
export function findConditionMistakes(rules, limits, at = "conditions") {
    const check = new ConditionCheck(limits?.maxDepth ?? 32);
    check.rules(rules, at);
    return check.mistakes;
}
class ConditionCheck {
    maxDepth;
    mistakes = [];
    constructor(maxDepth) {
        this.maxDepth = maxDepth;
    }
    rules(rules, at) {
        this.list(rules, at, (rule, at) => {
            if (!this.members(rule, at, ["types", "condition"]))
                return;
            this.require(!Array.isArray(rule.types) || rule.types.length <= defaultMaxQueryTypes, `${at}.types`, `must be at most ${defaultMaxQueryTypes}`);
            this.list(rule.types, `${at}.types`, (queryType, at) => {
                const problem = findQueryTypeProblem(queryType);
                if (problem !== undefined)
                    this.mistakes.push(`${at} ${problem}`);
            });
            this.condition(rule.condition, `${at}.condition`, 1);
        });
    }
    condition(condition, at, depth) {
        if (depth > this.maxDepth) {
            this.mistakes.push(`${at} is nested deeper than ${this.maxDepth} (maxDepth)`);
            return;
        }
        const type = isObject(condition) ? condition.type : undefined;
        if (type === "json") {
            if (this.members(condition, at, ["type", "path", "dataType", "value"])) {
                this.json(condition, at);
            }
        }
        else if (type === "all" || type === "any") {
            if (!this.members(condition, at, ["type", "conditions"]))
                return;
            this.list(condition.conditions, `${at}.conditions`, (inner, at) => {
                this.condition(inner, at, depth + 1);
            });
        }
        else {
            this.require(false, at, 'must be an object with the type "all", "any" or "json"');
        }
    }
    json({ path, dataType, value }, at) {
        this.require(path === undefined || isPath(path, this.maxDepth), `${at}.path`, `must be a string, a whole number, or a list of paths at most ${this.maxDepth} deep (maxDepth)`);
        this.require(dataType === undefined || jsonTypes.some((known) => known === dataType), `${at}.dataType`, `must be one of ${jsonTypes.join(", ")}`);
        this.require(value === undefined || isJson(value, this.maxDepth), `${at}.value`, `must be JSON, at most ${this.maxDepth} deep (maxDepth)`);
    }
    require(holds, at, what) {
        if (!holds)
            this.mistakes.push(`${at} ${what}`);
    }
    list(list, at, check) {
        this.require(Array.isArray(list), at, "must be a list");
        if (!Array.isArray(list))
            return;
        for (const [i, item] of list.entries())
            check(item, `${at}[${i}]`);
    }
    /** A misspelt member would otherwise weaken a condition without a word. */
    members(value, at, known) {
        if (!isObject(value)) {
            this.require(false, at, `must be an object of ${known.join(", ")}`);
            return false;
        }
        for (const name of Object.keys(value)) {
            this.require(known.includes(name), `${at}.${name}`, `is unknown, there are ${known.join(", ")}`);
        }
        return true;
    }
}
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isPath(path, maxDepth) {
    if (typeof path === "string")
        return true;
    if (typeof path === "number")
        return Number.isSafeInteger(path);
    if (!Array.isArray(path) || maxDepth <= 0)
        return false;
    return Array.from(path).every((step) => isPath(step, maxDepth - 1));
}

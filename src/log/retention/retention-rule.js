import { findQueryTypeProblem } from "../model/query-type.js";
/** What is wrong with rules, all of it; empty if nothing is. */
export function findRetentionMistakes(rules) {
    if (!Array.isArray(rules))
        return ["retention is no list of rules"];
    return rules.flatMap((rule, i) => mistakesOf(rule).map((mistake) => `retention[${i}]${mistake}`));
}
const limits = ["minEntries", "maxEntries", "maxAgeSeconds", "maxBytes"];
function mistakesOf(rule) {
    if (typeof rule !== "object" || rule === null)
        return [" is no rule"];
    const mistakes = [];
    const known = new Set(["types", "orderBy", ...limits]);
    for (const name of Object.keys(rule)) {
        if (!known.has(name))
            mistakes.push(`.${name} is no option of a rule`);
    }
    if (!Array.isArray(rule.types))
        mistakes.push(".types is no list of query types");
    else {
        for (const [i, type] of rule.types.entries()) {
            const problem = findQueryTypeProblem(type);
            if (problem !== undefined)
                mistakes.push(`.types[${i}] ${problem}`);
        }
    }
    const { orderBy = "timestamp" } = rule;
    if (orderBy !== "timestamp" && orderBy !== "sourceTimestamp") {
        mistakes.push('.orderBy must be "timestamp" or "sourceTimestamp"');
    }
    for (const name of limits) {
        const value = rule[name];
        const isFit = typeof value === "number" &&
            value >= 0 &&
            (Number.isSafeInteger(value) || (name === "maxAgeSeconds" && Number.isFinite(value)));
        if (value !== undefined && !isFit)
            mistakes.push(`.${name} must be a number of at least 0`);
    }
    return mistakes;
}

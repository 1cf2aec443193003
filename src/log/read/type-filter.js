import { Subscription } from "../model/subscription.js";
/** Types that are looked up one by one in the index, at most; for more the sessions are scanned. */
const maxListed = 4_096;
/** So few are never worth a scan. */
const fewTypes = 64;
export function typeFilter(types, subscription) {
    if (subscription.key === Subscription.all.key)
        return { listed: undefined, matches: () => true };
    const listed = [];
    for (const type of types.matching(subscription)) {
        listed.push(type);
        if (listed.length > maxListed)
            return matching(types, subscription);
    }
    // When most sessions have something, going from one to the next is faster than looking them up.
    const areMost = listed.length > fewTypes && listed.length > types.size / 4;
    const numbers = new Set(listed);
    return { listed: areMost ? undefined : listed, matches: (type) => numbers.has(type) };
}
function matching(types, subscription) {
    return { listed: undefined, matches: (type) => subscription.matches(types.typeOf(type)) };
}

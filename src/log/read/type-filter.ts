import { Subscription } from "../model/subscription.js";
import type { TypeTree } from "../model/type-tree.js";

/** Types that are looked up one by one in the index, at most; for more the sessions are scanned. */
const maxListed = 4_096;
/** So few are never worth a scan. */
const fewTypes = 64;

/** The types that a query asks for, as far as the log has them. */
export interface TypeFilter {
  /** Their numbers, if the index is to be asked; else all sessions are to be looked at. */
  readonly listed: readonly number[] | undefined;
  matches(type: number): boolean;
}

export function typeFilter(types: TypeTree, subscription: Subscription): TypeFilter {
  if (subscription.key === Subscription.all.key) return { listed: undefined, matches: () => true };
  const listed: number[] = [];
  for (const type of types.matching(subscription)) {
    listed.push(type);
    if (listed.length > maxListed) return matching(types, subscription);
  }
  // When most sessions have something, going from one to the next is faster than looking them up.
  const areMost = listed.length > fewTypes && listed.length > types.size / 4;
  const numbers = new Set(listed);
  return { listed: areMost ? undefined : listed, matches: (type) => numbers.has(type) };
}

function matching(types: TypeTree, subscription: Subscription): TypeFilter {
  return { listed: undefined, matches: (type) => subscription.matches(types.typeOf(type)) };
}

import type { Event } from "./event.js";
import { compareEventIds } from "./event-id.js";
import { compareTimestamps } from "./timestamp.js";

/**
 * The natural order of two events, of which `first` reached this log before `second`: negative
 * where `second` is the later one, positive where `first` is, 0 where they are the same.
 *
 * Events of one server have the order of their ids. Those of different servers have that of their
 * timestamps, and where these are equal, the one that came second is the later: so the result for
 * swapped arguments is not always the opposite, and two logs may disagree on such a tie.
 */
export function compareNaturally(
  first: Pick<Event, "id" | "timestamp">,
  second: Pick<Event, "id" | "timestamp">,
): number {
  if (first.id.server === second.id.server) return compareEventIds(first.id, second.id);
  return compareTimestamps(first.timestamp, second.timestamp) || -1;
}

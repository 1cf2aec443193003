import { compareEventIds } from "../model/event-id.js";
import { compareTimestamps } from "../model/timestamp.js";
import type { StoredEvent } from "../stored-event.js";

/** The order of a timeseries by timestamp: ties by id. */
export function compareByTime(a: StoredEvent, b: StoredEvent): number {
  return compareTimestamps(a.timestamp, b.timestamp) || compareEventIds(a.id, b.id);
}

/** The same by source timestamp, which both must have. */
export function compareBySourceTime(a: StoredEvent, b: StoredEvent): number {
  return compareTimestamps(a.sourceTimestamp!, b.sourceTimestamp!) || compareEventIds(a.id, b.id);
}

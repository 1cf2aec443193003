import type { Timestamp } from "../../log/model/timestamp.js";

/**
 * The date of a timestamp, an invalid one if dates do not reach so far. Dates know milliseconds:
 * what is beyond them is cut off, also before 1970, so that the date is never later.
 */
export function timestampToDate({ seconds, micros }: Timestamp): Date {
  return new Date(Number(seconds) * 1_000 + Math.floor(micros / 1_000));
}

/** The timestamp of a date. Throws a RangeError if the date is invalid. */
export function timestampFromDate(date: Date): Timestamp {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1_000);
  return { seconds: BigInt(seconds), micros: (ms - seconds * 1_000) * 1_000 };
}

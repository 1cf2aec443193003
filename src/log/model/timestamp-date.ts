import { SluiceError } from "../../errors.js";
import type { Timestamp } from "./timestamp.js";

/**
 * The timestamp of a date.
 *
 * @throws SluiceError `timestamp_invalid`: it is an invalid date.
 */
export function timestampFromDate(date: Date): Timestamp {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw invalid("an invalid date");
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), micros: (ms - seconds * 1000) * 1000 };
}

/**
 * The date of a timestamp. Dates know milliseconds: what is beyond them is cut off, also before
 * 1970, so that the date is never later than the timestamp.
 *
 * @throws SluiceError `timestamp_out_of_range`: it is further from 1970 than the 100,000,000 days
 *   of dates.
 */
export function timestampToDate({ seconds, micros }: Timestamp): Date {
  const date = new Date(Number(seconds) * 1000 + Math.floor(micros / 1000));
  if (!Number.isNaN(date.getTime())) return date;
  throw new SluiceError(
    "timestamp_out_of_range",
    `Dates end 100,000,000 days from 1970, before ${seconds} seconds`,
  );
}

/**
 * The timestamp in ISO 8601, always in UTC and with microseconds:
 * `"2026-11-21T15:04:05.000123Z"`. Years outside of 0 to 9999 have a sign and six digits.
 *
 * @throws SluiceError `timestamp_out_of_range`, see `timestampToDate()`.
 */
export function timestampToIso({ seconds, micros }: Timestamp): string {
  const second = timestampToDate({ seconds, micros: 0 }).toISOString();
  return second.replace(".000Z", `.${String(micros).padStart(6, "0")}Z`);
}

/** Date and time of day, fraction, sign of the offset, its hours, its minutes. */
const isoPattern =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * The timestamp of a text in ISO 8601 with date, time of day to the second and offset from UTC, as
 * RFC 3339 has it: `"2026-11-21T16:04:05.000123+01:00"`. Up to nine digits may follow the point;
 * those beyond microseconds are cut off.
 *
 * @throws SluiceError `timestamp_invalid`: it is no such text, has no offset or a day or time of
 *   day that does not exist.
 */
export function timestampFromIso(text: string): Timestamp {
  const [, local = "", fraction = "", sign, hours, minutes] = isoPattern.exec(text) ?? [];
  const ms = Date.parse(`${local}Z`);
  // Engines take the 30th of February for a day in March: what comes back must be what went in.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(local)) {
    throw invalid(JSON.stringify(String(text).slice(0, 80)));
  }
  const offset = sign === undefined ? 0 : Number(hours) * 3600 + Number(minutes) * 60;
  return {
    seconds: BigInt(ms / 1000 - (sign === "-" ? -offset : offset)),
    micros: Number(fraction.slice(0, 6).padEnd(6, "0")),
  };
}

function invalid(what: string): SluiceError {
  return new SluiceError(
    "timestamp_invalid",
    `A timestamp's text is like "2026-11-21T15:04:05.000123Z", got ${what}`,
  );
}

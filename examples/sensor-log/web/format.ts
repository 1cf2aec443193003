import type { Quantity } from "../../common/web/quantity.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** With one digit behind the point, which is what sensors here have, or two, for what is between. */
export function quantity(unit: string): (value: number) => Quantity {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 2 };
  return (value) => ({ number: value.toLocaleString("en", digits), unit });
}

/** "11,688" */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** "1 reading", "2 readings" */
export function readings(value: number): string {
  return `${count(value)} ${value === 1 ? "reading" : "readings"}`;
}

/** "240 ms", "3.4 s", "12 s" */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}\u202fms`;
  return `${ms < 10_000 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)}\u202fs`;
}

// All times are UTC: those of the data are, and so a page means the same everywhere.
const utc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hourCycle: "h23", ...options });
const day = utc({ day: "numeric", month: "short", year: "numeric" });
const dayOfYear = utc({ day: "numeric", month: "short" });
const month = utc({ month: "short" });
const monthOfYear = utc({ month: "short", year: "numeric" });
const year = utc({ year: "numeric" });
const clock = utc({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const clockMinutes = utc({ hour: "2-digit", minute: "2-digit" });

/** "14:30:05" */
export function timeOfDay(ms: number): string {
  return clock.format(ms);
}

/** "5 Jan 2012, 14:30:05", without the time of day where it says nothing. */
export function moment(ms: number): string {
  return ms % dayMs === 0 ? day.format(ms) : `${day.format(ms)}, ${clock.format(ms)}`;
}

/** "14 Mar, 15:00" of the hour of a year, "03-14T15:00". */
export function hourOfYear(hour: string): string {
  const ms = Date.parse(`2010-${hour}Z`);
  return Number.isNaN(ms) ? hour : `${dayOfYear.format(ms)}, ${clockMinutes.format(ms)}`;
}

/** The labels of a time axis, in milliseconds, as exact as its step asks for. */
export function timeLabels(ticks: readonly number[], stepMs: number): string[] {
  return ticks.map((ms, i) => {
    const date = new Date(ms);
    if (stepMs >= 360 * dayMs) return year.format(ms);
    if (stepMs >= 28 * dayMs) {
      return i === 0 || date.getUTCMonth() === 0 ? monthOfYear.format(ms) : month.format(ms);
    }
    if (ms % dayMs === 0) return dayOfYear.format(ms);
    return stepMs >= minuteMs ? clockMinutes.format(ms) : clock.format(ms);
  });
}

/** The value of a datetime-local input, which shows it as it is: in UTC, to the minute. */
export function toInput(ms: number): string {
  return new Date(ms).toISOString().slice(0, "2012-01-05T14:30".length);
}

/** Milliseconds since 1970; `undefined` for what is no time. */
export function fromInput(value: string): number | undefined {
  const ms = Date.parse(`${value}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

import type { Quantity } from "../../common/web/quantity";

export function percent(value: number): Quantity {
  return { number: value.toFixed(1), unit: "%" };
}

export function plain(value: number): Quantity {
  return { number: value.toFixed(2), unit: "" };
}

/** Memory: powers of 1024. */
export function bytes(value: number): Quantity {
  return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
}

/** Traffic: powers of 1000, as networks are sold. */
export function traffic(value: number): Quantity {
  return scaled(value, 1000, ["B", "kB", "MB", "GB", "TB"]);
}

export function rate(value: number): Quantity {
  const { number, unit } = traffic(value);
  return { number, unit: `${unit}/s` };
}

/** A round number, such as the label of an axis, without the digits that say nothing. */
export function short({ number, unit }: Quantity): Quantity {
  return { number: String(Number(number)), unit };
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });

/** The time of day. */
export function timeOfDay(ms: number): string {
  return clock.format(ms);
}

/** "100 ms", "1 s", "1.5 s" */
export function duration(ms: number): string {
  return ms < 1_000 ? `${ms}\u202fms` : `${ms / 1_000}\u202fs`;
}

/** Three digits that matter: 9.87, 98.7, 987. Whole units have no fractions. */
function scaled(value: number, base: number, units: readonly string[]): Quantity {
  let step = 0;
  let rest = value;
  while (rest >= base && step < units.length - 1) {
    rest /= base;
    step++;
  }
  const digits = step === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return { number: rest.toFixed(digits), unit: units[step] ?? "" };
}

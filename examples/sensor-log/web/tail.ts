import type { Point } from "./points.ts";
import type { Reading } from "./reading.ts";
import type { TimeRange } from "./time-range.ts";

const windowMs = 120_000;
const minWindowMs = 30_000;
/** Readings that are kept; some more than the window has of all measures. */
const maxReadings = 1_500;

/** The readings of the recent past, oldest first, and whether they are all there. */
export class Tail {
  #readings: Reading[] = [];
  #lastVersion: number | undefined;
  #count = 0;
  #missing = 0;
  #twice = 0;

  /** How many have come. */
  get count(): number {
    return this.#count;
  }

  /** How many versions of the stream were left out: the versions of a stream are dense. */
  get missing(): number {
    return this.#missing;
  }

  /** How many have come that had come before. */
  get twice(): number {
    return this.#twice;
  }

  get last(): Reading | undefined {
    return this.#readings.at(-1);
  }

  get isEmpty(): boolean {
    return this.#readings.length === 0;
  }

  /** What the plots show: two minutes up to the last reading, or less as long as there are less. */
  get window(): TimeRange {
    const toMs = this.last?.atMs ?? Date.now();
    const sinceMs = toMs - (this.#readings[0]?.atMs ?? toMs);
    const shownMs = Math.min(windowMs, Math.max(minWindowMs, sinceMs));
    return { fromMs: toMs - shownMs, toMs };
  }

  add(readings: readonly Reading[]): void {
    for (const reading of readings) {
      this.#count++;
      this.#check(reading);
      this.#readings.push(reading);
    }
    this.#readings.splice(0, this.#readings.length - maxReadings);
  }

  /** Forgets everything. */
  clear(): void {
    this.#readings = [];
    this.#lastVersion = undefined;
    this.#count = 0;
    this.#missing = 0;
    this.#twice = 0;
  }

  /** The last reading of a measure. */
  lastOf(measure: string): Reading | undefined {
    return this.#readings.findLast(({ type }) => type.at(-1) === measure);
  }

  /** A measure as a plot shows it: what is in the window, the oldest first. */
  points(measure: string): Point[] {
    const { fromMs, toMs } = this.window;
    return (
      this.#readings
        .filter(({ type, atMs }) => type.at(-1) === measure && atMs >= fromMs && atMs <= toMs)
        // The clock of the station may have been set back.
        .sort((a, b) => a.atMs - b.atMs)
    );
  }

  #check({ version }: Reading): void {
    if (version === undefined) return;
    const expected = this.#lastVersion === undefined ? version : this.#lastVersion + 1;
    if (version < expected) this.#twice++;
    this.#missing += Math.max(0, version - expected);
    this.#lastVersion = Math.max(version, expected - 1);
  }
}

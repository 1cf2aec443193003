import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";

/** As much of a sample as matters here. */
export interface Timed {
  readonly at?: Timestamp;
  readonly settings?: { readonly intervalMs: number };
}

/** One moment of the plots; without a sample it is a hole that no line is drawn across. */
export interface Row<S> {
  readonly atMs: number;
  readonly sample: S | undefined;
}

const minWindowMs = 60_000;
const samplesInWindow = 120;
const maxRows = 1_200;

/** The samples of the recent past, oldest first. */
export class History<S extends Timed> {
  readonly rows: Row<S>[] = [];

  get last(): S | undefined {
    return this.rows.at(-1)?.sample;
  }

  /** How much of it the plots show: a minute, or more if samples are far apart. */
  get windowMs(): number {
    return Math.max(minWindowMs, samplesInWindow * intervalMsOf(this.last));
  }

  /**
   * Adds a sample. Returns false for one that was here already: the last one comes again after a
   * reconnect and when settings have changed, and then takes the place of the first.
   */
  add(sample: S): boolean {
    const atMs = sample.at === undefined ? 0 : timestampMs(sample.at);
    const before = this.rows.at(-1);
    const isNew = atMs !== before?.atMs;
    // Rows later than this one are left when the machine's clock has been set back.
    while ((this.rows.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= atMs) this.rows.pop();
    const previous = this.rows.at(-1);
    if (previous !== undefined) {
      const expectedMs = Math.max(intervalMsOf(previous.sample), intervalMsOf(sample));
      const isGap = atMs - previous.atMs > 3 * expectedMs && expectedMs > 0;
      if (isGap) this.rows.push({ atMs: previous.atMs + 1, sample: undefined });
    }
    this.rows.push({ atMs, sample });
    this.#forget(atMs - this.windowMs);
    return isNew;
  }

  #forget(beforeMs: number): void {
    const { rows } = this;
    // One row beyond the window stays, so that the line begins at the plot's edge.
    let count = Math.max(0, rows.length - maxRows);
    while ((rows[count + 1]?.atMs ?? Number.POSITIVE_INFINITY) < beforeMs) count++;
    rows.splice(0, count);
  }
}

function intervalMsOf(sample: Timed | undefined): number {
  return sample?.settings?.intervalMs ?? 0;
}

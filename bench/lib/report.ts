/** Turns what was measured into the lines of a report, and prints them. */
import { type Case, rate, type Sample, serverCpu } from "./definition.js";
import type { Outcome } from "./runner.js";
import { median } from "./statistics.js";

/** One system compared with one other, or with a bar for itself; what `--json` prints. */
export interface Line {
  readonly bench: string;
  readonly case: string;
  readonly system: string;
  /** Left out: the bar is about `value`. */
  readonly vs?: string;
  /** Median of the system divided by median of `vs`; null when one of them has no result. */
  readonly ratio: number | null;
  /** Lowest, middle and highest ratio of two rounds of the same number: how noisy the run was. */
  readonly pairs: readonly [min: number, median: number, max: number] | null;
  /** Median of the system. */
  readonly value: number | null;
  readonly unit: string;
  /** What is shown beside it, by unit: medians of the system. */
  readonly also?: Readonly<Record<string, number>>;
  /** CPU time of the server per operation, median. */
  readonly serverCpuUs: number | null;
  /** Every answer of every round was there and right. */
  readonly verified: boolean;
  /** How many answers that were, and what was looked at. */
  readonly answers: number;
  readonly checks?: readonly string[];
  readonly skipped?: string;
  readonly failure?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function linesOf(bench: string, spec: Case, outcomes: readonly Outcome[]): Line[] {
  const metric = spec.metric ?? rate;
  const valuesOf = (name: string | undefined) => {
    const outcome = outcomes.find((o) => o.system === name);
    return outcome && isVerified(outcome) ? outcome.samples.map((s) => metric.of(s)) : [];
  };
  return outcomes.flatMap((outcome) => {
    const own = valuesOf(outcome.system);
    const alone = spec.bars?.some((b) => b.system === outcome.system && b.vs === undefined);
    return [...spec.references, ...(alone ? [undefined] : [])].map((vs): Line => {
      const other = valuesOf(vs);
      const compared = own.length > 0 && other.length > 0;
      const pairs = own.map((value, round) => value / (other[round] ?? Number.NaN));
      const bar = spec.bars?.find((b) => b.system === outcome.system && b.vs === vs);
      return {
        bench,
        case: spec.name,
        system: outcome.system,
        vs,
        ratio: compared ? rounded(median(own) / median(other)) : null,
        pairs: compared
          ? [rounded(Math.min(...pairs)), rounded(median(pairs)), rounded(Math.max(...pairs))]
          : null,
        value: own.length > 0 ? rounded(median(own)) : null,
        unit: metric.unit,
        also: own.length > 0 ? alsoOf(spec, outcome) : undefined,
        serverCpuUs:
          own.length > 0 ? rounded(median(outcome.samples.map((s) => serverCpu.of(s)))) : null,
        verified: isVerified(outcome),
        answers: answersOf(outcome),
        checks: checksOf(spec, outcome),
        skipped: outcome.skipped,
        failure: outcome.failure,
        atLeast: bar?.atLeast,
        atMost: bar?.atMost,
      };
    });
  });
}

function alsoOf({ also }: Case, { samples }: Outcome): Line["also"] {
  return also && Object.fromEntries(also.map((m) => [m.unit, rounded(median(samples.map(m.of)))]));
}

function isVerified(outcome: Outcome): boolean {
  return outcome.failure === undefined && outcome.samples.length > 0;
}

function answersOf(outcome: Outcome): number {
  return outcome.samples.reduce((sum, sample) => sum + sample.operations, 0);
}

function checksOf(spec: Case, { system }: Outcome): readonly string[] | undefined {
  return spec.systems.find(({ name }) => name === system)?.load.checks;
}

/** A bar that nobody measured is a bar nobody met, so a skipped system misses its bars. */
export function missed(line: Line): boolean {
  if (line.atLeast === undefined && line.atMost === undefined) return false;
  const judged = figure(line);
  return (
    judged === null ||
    judged < (line.atLeast ?? Number.NEGATIVE_INFINITY) ||
    judged > (line.atMost ?? Number.POSITIVE_INFINITY)
  );
}

/** The figure a bar is about. */
function figure(line: Line): number | null {
  return line.vs === undefined ? line.value : line.ratio;
}

/** The sentence printed for a bar, met or not. */
export function verdict(line: Line): string {
  const bar = [
    line.atLeast === undefined ? [] : [`at least ${line.atLeast}`],
    line.atMost === undefined ? [] : [`at most ${line.atMost}`],
  ].flat();
  const judged = figure(line);
  const found =
    judged === null
      ? "was not measured"
      : line.vs === undefined
        ? `${judged} ${line.unit}`
        : `${judged} (rounds ${line.pairs?.join(" / ")}, min / median / max)`;
  const compared = line.vs === undefined ? line.system : `${line.system} / ${line.vs}`;
  const what = `${line.bench} ${line.case}: ${compared}`;
  return `${missed(line) ? "BAR MISSED" : "bar met"}  ${what} ${found}, bar ${bar.join(", ")}`;
}

/** The outcomes of one case as an aligned table; ratios with their lowest and highest round. */
export function table(spec: Case, outcomes: readonly Outcome[], lines: readonly Line[]): string {
  const metric = spec.metric ?? rate;
  const head = [
    spec.name,
    metric.unit,
    ...(spec.also ?? []).map(({ unit }) => unit),
    "server us/op",
    "server busy",
    "load us/op",
    ...spec.references.map((vs) => `x ${vs}`),
    "verified",
  ];
  const rows = outcomes.map((outcome) => {
    if (!isVerified(outcome)) {
      return [outcome.system, outcome.failure ? "FAILED" : "skipped"];
    }
    const mid = (of: (sample: Sample) => number) => median(outcome.samples.map(of));
    return [
      outcome.system,
      ...[metric, ...(spec.also ?? [])].map((shown) => significant(mid(shown.of))),
      significant(mid(serverCpu.of)),
      `${Math.round(mid((s) => s.serverCpuMicros / s.seconds / 1e4))} %`,
      significant(mid((s) => s.loadCpuMicros / s.operations)),
      ...lines
        .filter((line) => line.system === outcome.system && line.vs !== undefined)
        .map(({ system, vs, ratio, pairs }) =>
          ratio === null || system === vs ? "-" : `${ratio} (${pairs?.[0]}-${pairs?.[2]})`,
        ),
      `${answersOf(outcome).toLocaleString("en")}: ${checksOf(spec, outcome)?.join(", ") ?? "yes"}`,
    ];
  });
  const notes = outcomes.flatMap(({ system, failure, skipped }) =>
    failure !== undefined
      ? [`FAILED ${system}: ${failure}`]
      : skipped !== undefined
        ? [`skipped ${system}: ${skipped}`]
        : [],
  );
  return [...aligned([head, ...rows]), ...notes].join("\n");
}

/** Three significant digits, thousands separated. */
function significant(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { axis, css } from "../../common/web/plot-look";
import { timeOfDay } from "./format";
import type { Sample } from "./gen/hosttelemetry/v1/hosttelemetry_pb";
import type { History } from "./history";

/** One line of a plot. */
export interface Line {
  /** The custom property that has its colour, as #rrggbb. */
  readonly color: `--${string}`;
  readonly value: (sample: Sample) => number | undefined;
  readonly fill?: boolean;
}

export interface PlotOptions {
  readonly lines: readonly Line[];
  /** Where the y axis ends, given the highest value. */
  readonly top: (max: number) => number;
  readonly tick: (value: number) => string;
  /** The limit to draw, in the units of the lines. */
  readonly limit?: (sample: Sample) => number | undefined;
}

/** Lines over time, drawn on a canvas that follows the size and the colours of the page. */
export class Plot {
  readonly #uplot: uPlot;
  readonly #options: PlotOptions;
  readonly #pointerTime = document.createElement("time");
  #history: History<Sample> | undefined;

  /** `onHover` is told the row under the pointer, on this plot or another one of the page. */
  constructor(
    element: HTMLElement,
    options: PlotOptions,
    onHover: (row: number | undefined) => void,
  ) {
    this.#options = options;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const hooks = {
      draw: [() => this.#drawLimit()],
      setCursor: [
        (plot: uPlot) => {
          this.#showPointerTime(plot);
          onHover(plot.cursor.idx ?? undefined);
        },
      ],
    };
    const empty = [[], ...options.lines.map(() => [])] as uPlot.AlignedData;
    this.#uplot = new uPlot({ ...this.#look(), ...size(), hooks }, empty, element);
    this.#uplot.over.append(this.#pointerTime);
    new ResizeObserver(() => this.#uplot.setSize(size())).observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#uplot.redraw());
  }

  draw(history: History<Sample>): void {
    this.#history = history;
    const { rows } = history;
    this.#uplot.setData([
      rows.map(({ atMs }) => atMs / 1_000),
      ...this.#options.lines.map(({ value }) =>
        rows.map(({ sample }) => (sample && value(sample)) ?? null),
      ),
    ]);
  }

  #look(): Omit<uPlot.Options, "width" | "height"> {
    const { lines, tick, top } = this.#options;
    return {
      padding: [8, 2, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: "plots" } },
      scales: {
        x: { range: () => this.#timeRange() },
        y: { range: (_, __, max) => [0, top(Math.max(max ?? 0, this.#limit() ?? 0))] },
      },
      axes: [
        { ...axis(), space: 90, size: 24, values: timeLabels },
        { ...axis(), space: 36, size: 58, values: (_, ticks) => ticks.map(tick) },
      ],
      series: [
        {},
        ...lines.map(({ color, fill }) => ({
          stroke: () => css(color),
          ...(fill && { fill: () => `${css(color)}22` }),
          width: 1.75,
          points: { show: false },
        })),
      ],
    };
  }

  /** Begins narrow and grows with what there is to show, up to the whole window. */
  #timeRange(): [number, number] {
    const rows = this.#history?.rows ?? [];
    const endMs = rows.at(-1)?.atMs ?? Date.now();
    const sinceMs = endMs - (rows[0]?.atMs ?? endMs);
    const windowMs = this.#history?.windowMs ?? 0;
    const shownMs = Math.min(windowMs, Math.max(windowMs / 4, sinceMs));
    return [(endMs - shownMs) / 1_000, endMs / 1_000];
  }

  #limit(): number | undefined {
    const sample = this.#history?.last;
    return sample && this.#options.limit?.(sample);
  }

  #drawLimit(): void {
    const limit = this.#limit();
    if (limit === undefined) return;
    const { ctx, bbox } = this.#uplot;
    const y = Math.round(this.#uplot.valToPos(limit, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = css("--alarm");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  #showPointerTime({ cursor, over }: uPlot): void {
    const row = cursor.idx == null ? undefined : this.#history?.rows[cursor.idx];
    const label = this.#pointerTime;
    label.hidden = row === undefined;
    if (row === undefined) return;
    label.textContent = timeOfDay(row.atMs);
    const room = over.clientWidth - label.offsetWidth;
    const centred = (cursor.left ?? 0) - label.offsetWidth / 2;
    label.style.left = `${Math.min(Math.max(0, centred), room)}px`;
  }
}

/** The times of day, but none at the right edge, where it would be cut off. */
function timeLabels(plot: uPlot, ticks: number[]): string[] {
  const lastX = plot.over.clientWidth - 28;
  return ticks.map((s) => (plot.valToPos(s, "x") > lastX ? "" : timeOfDay(s * 1_000)));
}

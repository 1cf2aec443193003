import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { axis, css } from "../../common/web/plot-look.ts";
import { timeLabels } from "./format.ts";
import { type Hole, type Point, withHoles } from "./points.ts";
import type { TimeRange } from "./time-range.ts";

/** How points are drawn: joined, as columns that stand on zero, or each by itself. */
export type Style = "line" | "bars" | "dots";

export interface PlotOptions<P> {
  /** The custom property that has the colour, as #rrggbb. */
  readonly color: `--${string}`;
  /** Told which point is under the pointer; `undefined` if none is. */
  readonly onHover?: (point: P | undefined) => void;
  /** Told which part was marked by dragging. Without it nothing can be marked. */
  readonly onSelect?: (range: TimeRange) => void;
}

/** Values over time, drawn on a canvas that follows the size and the colours of the page. */
export class Plot<P extends Point> {
  readonly #uplot: uPlot;
  #range: TimeRange = { fromMs: 0, toMs: 1 };
  #style: Style = "line";
  #drawn: readonly (P | Hole)[] = [];

  constructor(
    element: HTMLElement,
    private readonly options: PlotOptions<P>,
  ) {
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    this.#uplot = new uPlot({ ...this.#look(), ...size() }, [[], []], element);
    new ResizeObserver(() => this.#uplot.setSize(size())).observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#uplot.redraw());
  }

  /** How many values are drawn. */
  get valueCount(): number {
    return Array.from(this.#uplot.data[1] ?? []).filter((value) => value !== null).length;
  }

  /** @param points the oldest first. */
  draw(points: readonly P[], range: TimeRange, style: Style): void {
    this.#range = range;
    this.#style = style;
    this.#drawn = style === "line" ? withHoles(points) : points;
    const times = this.#drawn.map(({ atMs }) => atMs / 1_000);
    this.#uplot.setData([times, this.#drawn.map(({ value }) => value)]);
  }

  #look(): Omit<uPlot.Options, "width" | "height"> {
    const { color, onSelect } = this.options;
    const joined = uPlot.paths.linear!();
    const columns = uPlot.paths.bars!({ size: [0.7, 24, 1] });
    const paths: uPlot.Series.PathBuilder = (...args) => {
      if (this.#style === "dots") return null;
      return this.#style === "bars" ? columns(...args) : joined(...args);
    };
    return {
      padding: [8, 2, 0, 0],
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
      cursor: { y: false, drag: { x: onSelect !== undefined, y: false, setScale: false } },
      hooks: {
        setCursor: [({ cursor }) => this.#hover(cursor.idx ?? undefined)],
        setSelect: [(plot) => this.#select(plot)],
      },
      scales: {
        x: { range: () => [this.#range.fromMs / 1_000, this.#range.toMs / 1_000] },
        y: { range: (_, min, max) => this.#valueRange(min, max) },
      },
      axes: [
        {
          ...axis(),
          space: 64,
          size: 24,
          values: (plot, ticks, _, __, step) => timeTicks(plot, ticks, step),
        },
        { ...axis(), space: 32, size: 46 },
      ],
      series: [
        {},
        {
          stroke: () => css(color),
          fill: () => (this.#style === "bars" ? css(color) : `${css(color)}00`),
          width: 1.5,
          paths,
          points: {
            show: (_, __, first, last) => this.#hasDots(last - first + 1),
            size: 5,
            fill: () => css(color),
            width: 0,
          },
        },
      ],
    };
  }

  /** Single points of a line are marked while they are so few that they can be told apart. */
  #hasDots(count: number): boolean {
    const isSparse = count < this.#uplot.over.clientWidth / 12;
    return this.#style === "dots" || (this.#style === "line" && isSparse);
  }

  #valueRange(min: number | null, max: number | null): [number, number] {
    if (min === null || max === null) return [0, 1];
    if (this.#style === "bars") return [0, max > 0 ? max * 1.08 : 1];
    const room = (max - min || 1) * 0.08;
    return [min - room, max + room];
  }

  #hover(index: number | undefined): void {
    const point = index === undefined ? undefined : this.#drawn[index];
    this.options.onHover?.(point === undefined || point.value === null ? undefined : (point as P));
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width === 0) return;
    const [fromMs, toMs] = [left, left + width].map((x) => plot.posToVal(x, "x") * 1_000);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.onSelect?.({ fromMs: fromMs!, toMs: toMs! });
  }
}

/** The labels of the axis, but none at an edge, where it would be cut off. */
function timeTicks(plot: uPlot, ticks: number[], stepSeconds: number): string[] {
  const labels = timeLabels(
    ticks.map((seconds) => seconds * 1_000),
    stepSeconds * 1_000,
  );
  const lastX = plot.over.clientWidth - 24;
  return labels.map((label, i) => (plot.valToPos(ticks[i]!, "x") > lastX ? "" : label));
}

import { ConnectError } from "@connectrpc/connect";
import { element, show } from "../../common/web/page.ts";
import { text } from "../../common/web/quantity.ts";
import { eventLog } from "./client.ts";
import { count, moment, quantity, readings } from "./format.ts";
import { Kind, type Series } from "./gen/sensorlog/v1/sensorlog_pb.ts";
import { Plot, type Style } from "./plot.ts";
import { type RangeSoFar, readRange } from "./read-range.ts";
import type { Reading } from "./reading.ts";
import { titleOf } from "./series-picker.ts";
import type { TimeRange } from "./time-range.ts";

/** Fingers scroll the page. */
const hint = matchMedia("(hover: hover)").matches ? "Drag across the plot to look closer." : "";

/** The readings of a series in a range: their plot, and what they come to. */
export class RangeView {
  readonly #card = element("range");
  readonly #plot: Plot<Reading>;
  #series: Series | undefined;
  #reading: AbortController | undefined;
  #again: () => void = () => {};

  /** @param onSelect told which part of the plot was marked. */
  constructor(onSelect: (range: TimeRange) => void) {
    this.#plot = new Plot(element("range-plot"), {
      color: "--range",
      onSelect,
      onHover: (reading) => this.#hover(reading),
    });
    element("range-retry").addEventListener("click", () => this.#again());
    this.#hover(undefined);
  }

  /** Something is being asked of the server. What was asked before is not waited for any more. */
  begin(): AbortSignal {
    this.#reading?.abort();
    this.#reading = new AbortController();
    this.#state("loading", "Loading…");
    return this.#reading.signal;
  }

  /** Nobody has answered; with `again` the visitor can have another try. */
  fail(thrown: unknown, again: () => void): void {
    this.#again = again;
    this.#state("error", ConnectError.from(thrown).rawMessage);
  }

  /** There is nothing in the log at all. */
  showNothing(): void {
    this.#state("empty", "There are no readings yet.");
  }

  async show(series: Series, range: TimeRange): Promise<void> {
    const signal = this.begin();
    this.#series = series;
    element("range-title").textContent = titleOf(series);
    this.#draw({ readings: [], pages: 0, state: "loading" }, range);
    try {
      for await (const soFar of readRange(eventLog, series.queryType, range, signal)) {
        // Another range may have been chosen meanwhile.
        if (signal.aborted) return;
        this.#draw(soFar, range);
      }
    } catch (thrown) {
      if (!signal.aborted) this.fail(thrown, () => void this.show(series, range));
    }
  }

  #draw({ readings, pages, state }: RangeSoFar, range: TimeRange): void {
    const { unit = "", kind = Kind.UNSPECIFIED } = this.#series ?? {};
    this.#plot.draw(readings, range, styleOf(kind));
    this.#hover(undefined);
    const { valueCount } = this.#plot;
    show("range-count", valueCount, (value) => ({ number: count(value), unit: "" }));
    show("range-pages", pages, (value) => ({ number: count(value), unit: "" }));
    let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { value } of readings) {
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    const isEmpty = readings.length === 0;
    show("range-min", isEmpty ? undefined : min, quantity(unit));
    show("range-mean", isEmpty ? undefined : sum / readings.length, quantity(unit));
    show("range-max", isEmpty ? undefined : max, quantity(unit));
    if (state === "loading") this.#state("loading", loadingText(readings.length));
    else if (isEmpty) this.#state("empty", "No readings in this range.");
    else this.#state("ready", state === "cut" ? cutText(readings.length) : "");
  }

  #hover(reading: Reading | undefined): void {
    if (reading === undefined) {
      element("range-hover").textContent = hint;
      return;
    }
    const { atMs, value, place, hour } = reading;
    const shown = text(quantity(this.#series?.unit ?? "")(value));
    const parts = [moment(atMs), shown, place, hour === undefined ? undefined : `plays ${hour}`];
    element("range-hover").textContent = parts.filter((part) => part !== undefined).join(" · ");
  }

  #state(state: "loading" | "ready" | "empty" | "error", note: string): void {
    this.#card.dataset.state = state;
    this.#card.ariaBusy = String(state === "loading");
    element("range-state").textContent = note;
    element("range-retry").hidden = state !== "error";
  }
}

function styleOf(kind: Kind): Style {
  if (kind === Kind.AMOUNT) return "bars";
  return kind === Kind.OCCURRENCE ? "dots" : "line";
}

function loadingText(soFar: number): string {
  return soFar === 0 ? "Loading…" : `Loading… ${readings(soFar)} so far`;
}

function cutText(soFar: number): string {
  return `There are more than these ${readings(soFar)}. Choose a shorter range to see all of it.`;
}

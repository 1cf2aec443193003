import { timestampMs } from "@bufbuild/protobuf/wkt";
import { element } from "../../common/web/page.ts";
import { fromInput, toInput } from "./format.ts";
import type { Series } from "./gen/sensorlog/v1/sensorlog_pb.ts";
import { nameOf, SeriesPicker } from "./series-picker.ts";
import {
  fittingLengths,
  lengths,
  neighbour,
  ofLength,
  type TimeRange,
  wholeMinutes,
} from "./time-range.ts";

const defaultSeries = "weather/seattle/temp_max";

/** What to show: a series, and from when to when. The address of the page has it, too. */
export class RangeForm {
  readonly #picker = new SeriesPicker(element<HTMLSelectElement>("series"));
  readonly #form = element<HTMLFormElement>("range-form");
  readonly #from = element<HTMLInputElement>("from");
  readonly #to = element<HTMLInputElement>("to");
  readonly #error = element("range-error");
  readonly #steps = element<HTMLFieldSetElement>("steps");
  #range: TimeRange = { fromMs: 0, toMs: 0 };

  /** @param onShow told each time that something is to be shown, also the same as before. */
  constructor(private readonly onShow: (series: Series, range: TimeRange) => void) {
    element("series").addEventListener("change", () => this.#showSeries());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#step("All", (_, record) => record);
    for (const { name, ms } of lengths) {
      const button = this.#step(name, (range, record) => ofLength(range, ms, record));
      button.dataset.ms = String(ms);
      // Until it is known whether it fits.
      button.hidden = true;
    }
    this.#step("‹", (range) => neighbour(range, -1)).title = "Earlier";
    this.#step("›", (range) => neighbour(range, 1)).title = "Later";
  }

  /** Offers series, of which there is at least one, and shows the one that was asked for. */
  offer(series: readonly Series[]): void {
    const address = new URLSearchParams(location.search);
    this.#picker.offer(series, address.get("series") ?? defaultSeries);
    // Until now there was nothing to choose from.
    for (const control of this.#form.querySelectorAll<HTMLInputElement>(":disabled")) {
      control.disabled = false;
    }
    this.#steps.disabled = false;
    const fromMs = fromInput(address.get("from") ?? "");
    const toMs = fromInput(address.get("to") ?? "");
    if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) {
      this.#range = { fromMs, toMs };
    }
    this.#showSeries();
  }

  /** Shows another range of the same series. */
  show(range: TimeRange): void {
    const series = this.#picker.chosen;
    if (series === undefined) return;
    const record = recordOf(series);
    this.#range = wholeMinutes(range);
    const { fromMs, toMs } = this.#range;
    this.#from.value = toInput(fromMs);
    this.#to.value = toInput(toMs);
    this.#showError("");
    const fitting = new Set(fittingLengths(record).map(({ ms }) => String(ms)));
    for (const button of this.#steps.querySelectorAll<HTMLButtonElement>("[data-ms]")) {
      button.hidden = !fitting.has(button.dataset.ms ?? "");
    }
    const address = new URLSearchParams({
      series: nameOf(series),
      from: this.#from.value,
      to: this.#to.value,
    });
    history.replaceState(null, "", `?${address}`);
    this.onShow(series, this.#range);
  }

  /** The same range if the series has anything to do with it, else everything. */
  #showSeries(): void {
    const series = this.#picker.chosen;
    if (series === undefined) return;
    const record = recordOf(series);
    const { fromMs, toMs } = this.#range;
    const isOutside = toMs <= record.fromMs || fromMs >= record.toMs;
    this.show(isOutside ? record : this.#range);
  }

  #submit(): void {
    const fromMs = fromInput(this.#from.value);
    const toMs = fromInput(this.#to.value);
    if (fromMs === undefined || toMs === undefined) {
      this.#showError("Both times are needed, from and to.");
    } else if (fromMs >= toMs) {
      this.#showError("The range ends before it begins.");
    } else {
      this.show({ fromMs, toMs });
    }
  }

  #showError(text: string): void {
    this.#error.textContent = text;
    for (const input of [this.#from, this.#to]) {
      input.setAttribute("aria-invalid", String(text !== ""));
    }
  }

  /** Adds a button that goes to another range. */
  #step(name: string, next: (range: TimeRange, record: TimeRange) => TimeRange): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => {
      const series = this.#picker.chosen;
      if (series !== undefined) this.show(next(this.#range, recordOf(series)));
    });
    this.#steps.append(button);
    return button;
  }
}

/** From the first to the last reading; what is still growing reaches until now. */
function recordOf({ first, last, simulated }: Series): TimeRange {
  const fromMs = first === undefined ? 0 : timestampMs(first);
  const lastMs = last === undefined ? 0 : timestampMs(last);
  return wholeMinutes({ fromMs, toMs: simulated ? Math.max(lastMs, Date.now()) : lastMs });
}

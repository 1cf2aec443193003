import { element, show } from "../../common/web/page.ts";
import { text } from "../../common/web/quantity.ts";
import { count, hourOfYear, quantity, timeOfDay } from "./format.ts";
import { Plot } from "./plot.ts";
import type { Point } from "./points.ts";
import type { Reading } from "./reading.ts";
import type { Tail } from "./tail.ts";

const measures = [
  { name: "temperature", label: "Temperature", unit: "°C", color: "--temperature" },
  { name: "pressure", label: "Pressure", unit: "hPa", color: "--pressure" },
  { name: "wind", label: "Wind", unit: "m/s", color: "--wind" },
] as const;
const maxRows = 60;

/** The last readings of the simulated station: their figures, their plots, and a list of them. */
export class LiveView {
  readonly #plots = measures.map(
    ({ name, color }) => new Plot<Point>(element(`${name}-plot`), { color }),
  );
  readonly #rows = element("tail");
  #fresh: Reading[] = [];
  #frame: number | undefined;

  constructor(private readonly tail: Tail) {}

  add(readings: readonly Reading[]): void {
    this.#fresh.push(...readings.slice(-maxRows));
    this.#fresh.splice(0, this.#fresh.length - maxRows);
    this.#drawSoon();
  }

  clear(): void {
    this.#fresh = [];
    this.#rows.replaceChildren();
    this.#drawSoon();
  }

  /** Readings may come faster than the screen is drawn, and in a hidden tab it is not drawn at all. */
  #drawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = undefined;
    const { tail } = this;
    this.#rows.prepend(...this.#fresh.map(row).reverse());
    this.#fresh = [];
    while (this.#rows.children.length > maxRows) this.#rows.lastElementChild?.remove();
    for (const [i, { name, unit }] of measures.entries()) {
      show(name, tail.lastOf(name)?.value, quantity(unit));
      this.#plots[i]?.draw(tail.points(name), tail.window, "line");
    }
    element("live").dataset.state = tail.isEmpty ? "empty" : "ready";
    const { hour } = tail.last ?? {};
    element("hour").textContent = hour === undefined ? "" : hourOfYear(hour);
    const whole = (value: number) => ({ number: count(value), unit: "" });
    show("live-count", tail.count, whole);
    show("live-missing", tail.missing, whole);
    show("live-twice", tail.twice, whole);
  }
}

function row({ id, version, type, atMs, value }: Reading): HTMLElement {
  const measure = measures.find(({ name }) => name === type.at(-1));
  const item = document.createElement("li");
  item.dataset.id = id;
  if (version !== undefined) item.dataset.version = String(version);
  const time = document.createElement("time");
  time.dateTime = new Date(atMs).toISOString();
  time.textContent = timeOfDay(atMs);
  const cells = [
    measure?.label ?? type.join("/"),
    text(quantity(measure?.unit ?? "")(value)),
    id,
  ].map((words) => {
    const cell = document.createElement("span");
    cell.textContent = words;
    return cell;
  });
  item.append(time, ...cells);
  return item;
}

import type { Series } from "./gen/sensorlog/v1/sensorlog_pb.ts";

/** The name of a series in the page's address and markup: `weather/seattle/wind`. */
export function nameOf({ queryType }: Series): string {
  return queryType.join("/");
}

/** What a series is, in one line. */
export function titleOf({ measure, place, simulated }: Series): string {
  return `${measure}, ${place}${simulated ? " (simulated)" : ""}`;
}

/** Lets one series be chosen. */
export class SeriesPicker {
  #series: readonly Series[] = [];

  constructor(private readonly select: HTMLSelectElement) {}

  get chosen(): Series | undefined {
    return this.#series.find((each) => nameOf(each) === this.select.value);
  }

  /** Offers other series, of which the one with this name is chosen, or else the first. */
  offer(series: readonly Series[], name: string | undefined): void {
    this.#series = series;
    const groups = new Map<string, HTMLOptGroupElement>();
    for (const each of series) {
      const group = groupOf(each);
      const element = groups.get(group) ?? document.createElement("optgroup");
      element.label = group;
      element.append(new Option(titleOf(each), nameOf(each)));
      groups.set(group, element);
    }
    this.select.replaceChildren(...groups.values());
    const wanted = series.find((each) => nameOf(each) === name);
    if (wanted !== undefined) this.select.value = nameOf(wanted);
  }
}

function groupOf({ queryType, place, simulated }: Series): string {
  if (queryType[0] === "earthquakes") return "Earthquakes";
  return simulated ? "Simulated station" : place;
}

import { action, repeated, service } from "sluice";
import { type Event, type EventLog, type EventType, timestampToDate } from "sluice/events";
import { Series } from "./messages.js";
import { describeSeries, readingTypes } from "./series.js";

/** Series that are listed at most. */
const maxSeries = 500;

@service({ doc: "What there is in the log. The readings themselves come from the event store." })
export class SensorLog {
  /** @param log is asked for with each call: it is there once the app is finalized. */
  constructor(private readonly log: () => EventLog) {}

  @action({
    response: repeated(Series),
    idempotent: true,
    doc: "Every series that has readings, in the order in which they began to come.",
  })
  async listSeries() {
    const types = await this.#types();
    const isEarthquake = ([source]: EventType) => source === "earthquakes";
    const firstEarthquake = types.findIndex(isEarthquake);
    if (firstEarthquake !== -1) {
      // A pattern is as good as a type: all the networks together.
      types.splice(firstEarthquake, 0, ["earthquakes", "?", "magnitude"]);
    }
    const series = await Promise.all(types.map((type) => this.#series(type)));
    return series.filter((each) => each !== undefined);
  }

  async #types(): Promise<EventType[]> {
    const types: EventType[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await this.log().queryLatest({ types: readingTypes, limit: 100, cursor });
      types.push(...page.events.map(({ type }) => type));
      cursor = page.cursor;
      if (cursor === undefined || types.length >= maxSeries) return types.slice(0, maxSeries);
    }
  }

  async #series(type: EventType): Promise<Series | undefined> {
    const [first, last] = await Promise.all([
      this.#outermost(type, "ascending"),
      this.#outermost(type, "descending"),
    ]);
    if (first?.sourceTimestamp === undefined || last?.sourceTimestamp === undefined) return;
    return {
      ...describeSeries(type),
      first: timestampToDate(first.sourceTimestamp),
      last: timestampToDate(last.sourceTimestamp),
    };
  }

  /** The earliest or the latest event of a type, by the time it tells of itself. */
  async #outermost(type: EventType, order: "ascending" | "descending"): Promise<Event | undefined> {
    const query = { types: [type], orderBy: "sourceTimestamp", order, limit: 1 } as const;
    for (let cursor: string | undefined; ; ) {
      const page = await this.log().queryTimeseries({ ...query, cursor });
      cursor = page.cursor;
      // A page may be empty though there is another one.
      if (page.events.length > 0 || cursor === undefined) return page.events[0];
    }
  }
}

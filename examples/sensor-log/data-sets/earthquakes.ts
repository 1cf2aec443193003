import { type NewEvent, timestampFromDate } from "sluice/events";

/** As much of GeoJSON as matters here. */
interface Quakes {
  readonly features: readonly {
    readonly properties: {
      readonly mag: number;
      readonly place: string;
      /** Milliseconds since 1970. */
      readonly time: number;
      /** Who has measured it: "ci" is the network of Southern California. */
      readonly net: string;
    };
    /** Degrees east, degrees north, kilometres down. */
    readonly geometry: { readonly coordinates: readonly [number, number, number] };
  }[];
}

/**
 * earthquakes.json: a week of what the networks of the USGS have registered, to the millisecond. The
 * newest is the first, so that the order of storage is not the order in which the earth shook.
 *
 * Types are `earthquakes/<network>/magnitude`.
 */
export function readEarthquakes(geoJson: string): NewEvent[] {
  const { features } = JSON.parse(geoJson) as Quakes;
  return features.map(({ properties: { mag, place, time, net }, geometry }) => ({
    type: ["earthquakes", net, "magnitude"],
    sourceTimestamp: timestampFromDate(new Date(time)),
    payload: { json: { value: mag, place, depthKm: geometry.coordinates[2] } },
  }));
}

import { maxInstance, maxServer, maxSession } from "../tables.js";
import { invalidCursor } from "./query-check.js";
import type { ServerFeed } from "./server-feed.js";
import type { Place } from "./session-cursor.js";

/** Behind which event of each server a query goes on; `undefined`: where it began. */
export type Places = ReadonlyMap<number, Place | undefined>;

/** Places as the numbers of a cursor: server, session and instance, a session -1 for none. */
export function writePlaces(feeds: readonly ServerFeed[]): number[] {
  return feeds.flatMap(({ server, place }) => [server, place?.session ?? -1, place?.instance ?? 0]);
}

/** @throws SluiceError `query_invalid` */
export function readPlaces(numbers: readonly number[]): Places {
  const places = new Map<number, Place | undefined>();
  for (let i = 0; i < numbers.length; i += 3) {
    const [server, session, instance] = numbers.slice(i, i + 3);
    if (!isIn(server, 0, maxServer) || !isIn(session, -1, maxSession)) throw invalidCursor();
    if (!isIn(instance, 0, maxInstance)) throw invalidCursor();
    places.set(server!, session! < 0 ? undefined : { session: session!, instance: instance! });
  }
  return places;
}

function isIn(number: number | undefined, min: number, max: number): boolean {
  return number !== undefined && number >= min && number <= max;
}

import { momentOf } from "../moment.js";
import type { StoredEvent } from "../stored-event.js";
import { anyType, maxInstance, maxSeconds, maxServer, maxSession, minSeconds } from "../tables.js";
import { formatCursor } from "./cursor-text.js";
import { Heap } from "./heap.js";
import type { Reading } from "./log-reader.js";
import { invalidCursor } from "./query-check.js";
import {
  compareSourcePlaces,
  ListedSourceCursor,
  type SourceCursor,
  type SourcePlace,
  StoredSourceCursor,
} from "./source-cursor.js";
import { type AskedTimeseries, isInTime } from "./timeseries-check.js";
import type { EventPage } from "./timeseries-query.js";
import { type TypeFilter, typeFilter } from "./type-filter.js";

/** Events that are read at once. */
const maxPage = 256;

const first: SourcePlace = {
  time: { seconds: minSeconds, micros: 0 },
  server: 0,
  session: 0,
  instance: 0,
};
const last: SourcePlace = {
  time: { seconds: maxSeconds, micros: 999_999 },
  server: maxServer,
  session: maxSession,
  instance: maxInstance,
};

/** Events in the order of their source timestamps. */
export async function querySourceTime(
  reading: Reading,
  asked: AskedTimeseries,
  behind: StoredEvent | undefined,
  identity: unknown,
  numbers: readonly number[] | undefined,
): Promise<EventPage> {
  const { budget, context } = reading;
  const { limit, reverse } = asked;
  const filter = typeFilter(context.types, asked.subscription);
  const start = numbers === undefined ? placeOf(behind) : readPlace(numbers);
  const heap = await openCursors(reading, asked, filter, start);
  const page = reading.page(limit);
  const { events } = page;
  let place = start;
  for (;;) {
    const places = await take(heap, Math.min(page.room + 1, maxPage), reading);
    if (places.length === 0 && !budget.isSpent) return { events, cursor: undefined };
    const found = await read(reading, places);
    for (const each of places) {
      const event = found.get(key(each));
      if (event !== undefined && isAsked(event, asked, filter, reading)) {
        if (page.isFull) return { events, cursor: cursorAt(place) };
        page.add(event);
      }
      place = each;
    }
    if (budget.isSpent) return { events, cursor: cursorAt(place) };
  }

  function cursorAt(at: SourcePlace | undefined): string {
    // Nothing was looked at: from the beginning once more.
    const from = at ?? (reverse ? { ...last, instance: maxInstance } : first);
    const { time, server, session, instance } = from;
    return formatCursor(identity, [time.seconds, time.micros, server, session, instance]);
  }
}

function isAsked(
  event: StoredEvent,
  asked: AskedTimeseries,
  filter: TypeFilter,
  { context }: Reading,
): boolean {
  return (
    !event.isReleased &&
    filter.matches(event.typeNumber) &&
    isInTime(event, asked) &&
    context.isVisible(event)
  );
}

/** What comes next in the order, up to so many. */
async function take(
  heap: Heap<SourceCursor>,
  count: number,
  { budget }: Reading,
): Promise<SourcePlace[]> {
  const places: SourcePlace[] = [];
  while (places.length < count && heap.size > 0 && !budget.isSpent) {
    const cursor = heap.first!;
    places.push(cursor.first!);
    budget.spend(1);
    cursor.skip();
    if (cursor.first !== undefined || (await cursor.load())) heap.settle();
    else heap.shift();
  }
  await budget.pause();
  return places;
}

async function openCursors(
  { context, view, budget }: Reading,
  { sourceTime, reverse }: AskedTimeseries,
  filter: TypeFilter,
  start: SourcePlace | undefined,
): Promise<Heap<SourceCursor>> {
  let from = sourceTime.from === undefined ? first : { ...first, time: sourceTime.from };
  let upTo = sourceTime.to === undefined ? last : { ...last, time: sourceTime.to };
  const isIn = (place: SourcePlace) =>
    compareSourcePlaces(place, from) >= 0 &&
    compareSourcePlaces(place, upTo) <= 0 &&
    (start === undefined || compareSourcePlaces(place, start) * (reverse ? -1 : 1) > 0);
  const order = (a: SourcePlace, b: SourcePlace) => compareSourcePlaces(a, b) * (reverse ? -1 : 1);
  const recent = view.tails
    .flatMap(({ bySource }) => bySource.filter((ref) => filter.matches(ref.type) && isIn(ref)))
    .sort(order);
  if (start !== undefined && reverse && compareSourcePlaces(start, upTo) < 0) upTo = before(start);
  if (start !== undefined && !reverse && compareSourcePlaces(start, from) > 0) from = after(start);
  const types = filter.listed ?? [anyType];
  const cursors: SourceCursor[] = types.map(
    (type) => new StoredSourceCursor(context.storage, view.checkpoint, type, from, upTo, reverse),
  );
  cursors.push(new ListedSourceCursor(recent));
  const heap = new Heap<SourceCursor>((a, b) => order(a.first!, b.first!));
  for (const cursor of cursors) {
    if (await cursor.load()) heap.push(cursor);
    await budget.pause(1);
  }
  return heap;
}

async function read(
  { records }: Reading,
  places: readonly SourcePlace[],
): Promise<Map<string, StoredEvent>> {
  const servers = new Map<number, SourcePlace[]>();
  for (const place of places) {
    const known = servers.get(place.server);
    if (known === undefined) servers.set(place.server, [place]);
    else known.push(place);
  }
  const found = new Map<string, StoredEvent>();
  for (const [server, wanted] of servers) {
    wanted.sort((a, b) => a.session - b.session || a.instance - b.instance);
    const refs = wanted.flatMap(({ session, instance }) => [session, instance]);
    for (const { events } of await records.get(server, refs)) {
      for (const event of events) found.set(key(event.id), event);
    }
  }
  return found;
}

function key({ server, session, instance }: Omit<SourcePlace, "time">): string {
  return `${server}:${session}:${instance}`;
}

function placeOf(event: StoredEvent | undefined): SourcePlace | undefined {
  return event && { time: momentOf(event.sourceTimestamp!), ...event.id };
}

function after(place: SourcePlace): SourcePlace {
  return { ...place, instance: place.instance + 1 };
}

function before(place: SourcePlace): SourcePlace {
  return { ...place, instance: place.instance - 1 };
}

function readPlace([seconds, micros, server, session, instance]: readonly number[]): SourcePlace {
  const isValid =
    seconds !== undefined &&
    instance !== undefined &&
    seconds >= minSeconds &&
    seconds <= maxSeconds &&
    micros! >= 0 &&
    micros! <= 1_000_000 &&
    server! >= 0 &&
    server! <= maxServer &&
    session! >= 0 &&
    session! <= maxSession &&
    instance >= 0 &&
    instance <= maxInstance;
  if (!isValid) throw invalidCursor();
  return { time: { seconds, micros: micros! }, server: server!, session: session!, instance };
}

/** Reads a log of Sluice's from its directory, in all the ways that its indexes are there for. */
import { type Event, EventLog, lmdb, type QueryType } from "sluice/events";
import {
  checkCount,
  checkPayload,
  numberOf,
  streamCount,
  streamKeyOf,
  typeCount,
  typeOf,
  versionOf,
} from "../events.js";

/** What must be there. */
export interface Expected {
  /** The first event that is looked at. */
  readonly first: number;
  /** The number of all events. */
  readonly end: number;
  /** Events of one session. */
  readonly perAppend: number;
}

/** Types and streams that are looked at: spread over all, and the first and the last. */
const samples = [0, 1, 0.1, 0.37, 0.5, 0.73];

/** @throws Error unless the log has exactly these events. */
export async function checkLog(directory: string, expected: Expected): Promise<void> {
  await using log = await EventLog.open({ storage: lmdb(directory) });
  await checkOrder(log, expected);
  for (const share of samples) {
    await checkType(log, Math.round(share * (typeCount - 1)), expected);
    await checkStream(log, Math.round(share * (streamCount - 1)), expected);
  }
}

export function payload(event: Event): Uint8Array | undefined {
  return event.payload && "binary" in event.payload ? event.payload.binary.data : undefined;
}

async function checkOrder(log: EventLog, { first, end, perAppend }: Expected): Promise<void> {
  let next = first;
  const after = { server: log.server, session: first / perAppend, instance: perAppend };
  for await (const item of log.subscribe({ from: first === 0 ? "start" : after })) {
    if ("caughtUp" in item) break;
    for (const event of item.events) {
      checkCount("session", event.id.session, Math.floor(next / perAppend) + 1);
      checkPayload(next++, payload(event));
    }
  }
  checkCount("events", next, end);
}

async function checkType(log: EventLog, type: number, expected: Expected): Promise<void> {
  async function* events() {
    const types: QueryType[] = [typeOf(type)];
    for (let cursor: string | undefined; ; ) {
      const page = await log.queryTimeseries({ types, cursor, limit: 1_000 });
      yield* page.events;
      cursor = page.cursor;
      if (cursor === undefined) return;
    }
  }
  const last = lastOf(type, typeCount, expected.end);
  await checkBackwards(`event of type ${type}`, events(), last, typeCount, expected);
}

async function checkStream(log: EventLog, stream: number, expected: Expected): Promise<void> {
  const last = lastOf(stream, streamCount, expected.end);
  const streamKey = streamKeyOf(stream);
  async function* events() {
    for (let after: number | undefined; ; ) {
      const page = await log.readStream({ streamKey, after, order: "descending", limit: 1_000 });
      checkCount(`version of ${streamKey}`, page.version, last < 0 ? 0 : versionOf(last));
      yield* page.events;
      after = page.next;
      if (after === undefined) return;
    }
  }
  await checkBackwards(`event of ${streamKey}`, events(), last, streamCount, expected);
}

/** The last event before `end` whose number is this one, modulo `step`; negative if there is none. */
export function lastOf(number: number, step: number, end: number): number {
  return number + step * Math.floor((end - 1 - number) / step);
}

/** They must be this one and those before it, by steps, as far as events are looked at. */
async function checkBackwards(
  what: string,
  events: AsyncIterable<Event>,
  last: number,
  step: number,
  { first }: Expected,
): Promise<void> {
  let next = last;
  for await (const event of events) {
    if (next < first && first > 0) return;
    checkCount(what, numberOf(payload(event)), next);
    next -= step;
  }
  if (next >= first) throw new Error(`${what}: ${next} is missing`);
}

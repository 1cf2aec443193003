import type { EventLog } from "../../../src/log/event-log.js";
import type { Event } from "../../../src/log/model/event.js";
import { compareEventIds } from "../../../src/log/model/event-id.js";
import { matchesQueryType } from "../../../src/log/model/query-type.js";
import type { RetentionRule } from "../../../src/log/retention/retention-rule.js";
import type { StoredEvent } from "../../../src/log/stored-event.js";
import { NaiveLog } from "../naive-log.js";
import { plain } from "../plain.js";
import { checkIndex, expectSame, pages } from "./check-index.js";
import type { LogVictim } from "./log-victim.js";
import {
  lanes,
  mayBeLost,
  peer,
  placeOf,
  plannedEvent,
  plannedEvents,
  streamOf,
} from "./planned-appends.js";

interface MaxEntries extends RetentionRule {
  readonly maxEntries: number;
}

/** Of what other types there is, all is kept. */
export const retention: readonly MaxEntries[] = [
  { types: [["single", "*"]], maxEntries: 200 },
  { types: [["stream", "?"]], maxEntries: 75 },
  { types: [["large", "*"]], maxEntries: 150 },
  { types: [["peer", "?"]], maxEntries: 40 },
];

const allStreams = Array.from({ length: lanes }, (_, lane) => streamOf(lane));

/** Remembers what victims have told of a log that cleans up, and finds out what it has kept. */
export class CleaningWitness {
  /** Events that must be there, unless their rule lets them go, or has. */
  #told: Event[] = [];
  /** The last one of each type that was told of. */
  readonly #latest = new Map<string, Event>();
  #lastTold = 0;

  hear({ acknowledged, options: { run } }: LogVictim): void {
    let last = this.#lastTold;
    for (const told of acknowledged) {
      if (!("session" in told)) continue;
      const { lane, number, session, time } = told;
      if (session <= this.#lastTold) throw new Error(`Session ${session} was told before`);
      last = Math.max(last, session);
      if (mayBeLost({ run, lane, number })) continue;
      const [seconds = "", micros = ""] = time.split(".");
      const timestamp = { seconds: BigInt(seconds), micros: Number(micros) };
      for (const [i, planned] of plannedEvents({ run, lane, number }).entries()) {
        const event = { ...planned, timestamp, id: { server: 1, session, instance: i + 1 } };
        this.#told.push(event);
        const known = this.#latest.get(typeText(event));
        if (known === undefined || compareEventIds(event.id, known.id) > 0) {
          this.#latest.set(typeText(event), event);
        }
      }
    }
    this.#lastTold = last;
  }

  /** @throws Error saying what is not as it must be. */
  async check(log: EventLog): Promise<void> {
    const kept = await this.#consistent(log);
    const ids = new Set(kept.map(idText));
    for (const rule of [...retention, undefined]) {
      const governed = kept.filter((event) => ruleOf(event) === rule);
      const missing = this.#told.filter((each) => ruleOf(each) === rule && !ids.has(idText(each)));
      const [lost] = missing.sort((a, b) => compareEventIds(b.id, a.id));
      if (lost === undefined) continue;
      const isRight =
        rule !== undefined &&
        governed.length >= rule.maxEntries &&
        governed.every(({ id }) => compareEventIds(id, lost.id) > 0);
      if (!isRight) throw new Error(`Of ${governed.length} of its rule ${plain(lost)} is missing`);
    }
    this.#told = this.#told.filter((event) => ids.has(idText(event)));
    await log.cleanUp();
    const left = await this.#consistent(log);
    for (const rule of retention) {
      const before = kept.filter((event) => ruleOf(event) === rule);
      expectSame(
        left.filter((event) => ruleOf(event) === rule),
        before.slice(-rule.maxEntries),
      );
    }
  }

  /** What the log has of history. Its index must have the same, and the last event of each type. */
  async #consistent(log: EventLog): Promise<Event[]> {
    const records = new NaiveLog();
    for (const server of [1, peer]) {
      const stored = await pages((cursor) => log.queryServer({ server, cursor }));
      for (const event of stored) records.events.push(event);
    }
    await checkIndex(log, records, allStreams);
    for (const event of records.events) {
      if (event.id.server === peer) continue;
      const place = placeOf(event);
      const planned = plannedEvent(place, place.i);
      const { id, timestamp, stream } = event;
      const wanted = plain({ ...planned, id, timestamp, stream });
      if (plain(event) !== wanted) throw new Error(`There is ${plain(event)}, not ${wanted}`);
    }
    const latest = new Map(
      (await pages((cursor) => log.queryLatest({ cursor }))).map((each) => [typeText(each), each]),
    );
    for (const event of [...records.events, ...this.#latest.values()]) {
      const last = latest.get(typeText(event));
      if (last === undefined || compareEventIds(last.id, event.id) < 0) {
        throw new Error(`The last of its type is ${last && plain(last)}, not ${plain(event)}`);
      }
    }
    return records.events.filter((event) => !(event as StoredEvent).isReleased);
  }
}

function ruleOf({ type }: Event): MaxEntries | undefined {
  return retention.find(({ types }) => types.some((each) => matchesQueryType(type, each)));
}

function idText({ id }: Event): string {
  return `${id.server}:${id.session}:${id.instance}`;
}

function typeText({ type }: Event): string {
  return type.join("/");
}

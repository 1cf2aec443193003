import type { EventLog } from "../../../src/log/event-log.js";
import type { Event } from "../../../src/log/model/event.js";
import { NaiveLog } from "../naive-log.js";
import { plain } from "../plain.js";
import { checkIndex, expectSame, pages } from "./check-index.js";
import type { LogVictim } from "./log-victim.js";
import {
  kindOf,
  lanes,
  mayBeLost,
  type Place,
  peer,
  peerSession,
  placeOf,
  plannedEvents,
  plannedOptions,
  streamOf,
} from "./planned-appends.js";

const own = 1;
const allStreams = Array.from({ length: lanes }, (_, lane) => streamOf(lane));

/** What an append got. */
interface Answer {
  /** Which append it was. */
  readonly name: string;
  readonly session: number;
  readonly time: string;
  readonly versions: string;
}

/** What was told of a session. */
interface Told extends Answer {
  readonly place: Place;
  /** `undefined`: it was answered here. */
  readonly by: LogVictim | undefined;
}

/** Remembers all that victims have told of a log, and finds out whether the log has it. */
export class Witness {
  /** By session. */
  readonly #told = new Map<number, Told>();
  #unchecked: Told[] = [];
  /** Sessions that a subscriber was given. */
  readonly #seen = new Set<number>();
  #imported: readonly [session: number, instance: number] = [0, 0];
  #lastTold = 0;
  /** The last session that had been told when a run began, by run. */
  readonly #before = new Map<number, number>();
  /** All that has been found in the log; and what its sessions come to, by session. */
  #found = new NaiveLog();
  #answers = new Map<number, Answer>();
  #names = new Set<string>();
  /** The last that was found of each server. */
  #last = new Map<number, Event>();

  /** Takes note of all that a victim told, which is gone. */
  hear(victim: LogVictim): void {
    const { run } = victim.options;
    this.#before.set(run, this.#lastTold);
    for (const told of victim.acknowledged) {
      if ("seen" in told) this.#seen.add(told.seen);
      else if ("imported" in told) this.#imported = told.imported;
      else {
        const { lane, number, session, time } = told;
        const place = { run, lane, number };
        const versions = told.versions.join();
        this.#hear({ name: nameOf(place), place, session, time, versions, by: victim });
      }
    }
  }

  /**
   * Everything must be there that was acknowledged, once and in order, and the index must have it.
   *
   * @throws Error saying what is not as it must be.
   */
  async check(log: EventLog): Promise<void> {
    const added = await this.#read(log, own);
    for (const events of sessionsOf(added)) this.#checkSession(events);
    this.#checkTold();
    this.#checkImported(await this.#read(log, peer));
    await checkIndex(log, this.#found, allStreams, added[0]?.timestamp);
    const latest = await pages((cursor) => log.queryLatest({ cursor }));
    expectSame(latest.sort(bySession), this.#found.latest(undefined).sort(bySession));
    const versions = new Map<string, number>();
    for (const { stream } of this.#found.events) {
      if (stream === undefined) continue;
      const { key, version } = stream;
      if (version !== (versions.get(key) ?? 0) + 1) throw new Error(`${key} lacks ${version - 1}`);
      versions.set(key, version);
    }
  }

  /** The same, with what has been found before. */
  async checkAll(log: EventLog): Promise<void> {
    this.#unchecked = [...this.#told.values()];
    this.#found = new NaiveLog();
    this.#answers = new Map();
    this.#names = new Set();
    this.#last = new Map();
    await this.check(log);
  }

  /** Repeats appends of a run that had idempotency keys: what is there is not stored again. */
  async repeat(log: EventLog, run: number): Promise<void> {
    const told = [...this.#told.values()].filter(({ place }) => place.run === run);
    for (let lane = 0; lane < lanes; lane++) {
      if (kindOf(lane) !== "keyed") continue;
      const mine = told.filter(({ place }) => place.lane === lane).map(({ place }) => place.number);
      const last = Math.max(0, ...mine);
      // One more than was answered was on its way.
      for (let number = Math.max(1, last - 3); number <= last + 1; number++) {
        const place = { run, lane, number };
        const options = plannedOptions(place, 0);
        const { events, replayed } = await log.append(plannedEvents(place), options);
        if (mine.includes(number) && !replayed) throw new Error(`${nameOf(place)} is forgotten`);
        this.#hear({ ...answerOf(events), place, by: undefined });
      }
    }
  }

  #hear(told: Told): void {
    const { session, name } = told;
    const known = this.#told.get(session);
    if (known === undefined) {
      this.#told.set(session, told);
      this.#unchecked.push(told);
    } else if (known.name !== name) {
      // Those that are repeated are answered alike.
      throw new Error(`Session ${session} was told to be ${known.name}, and then ${name}`);
    }
    this.#lastTold = Math.max(this.#lastTold, session);
  }

  /** Reads what is new of a server. */
  async #read(log: EventLog, server: number): Promise<Event[]> {
    const after = this.#last.get(server)?.id;
    const added = await pages((cursor) => log.queryServer({ server, after, cursor }));
    for (const event of added) this.#found.events.push(event);
    if (added.length > 0) this.#last.set(server, added.at(-1)!);
    return added;
  }

  #checkSession(events: readonly Event[]): void {
    const place = placeOf(events[0]!);
    const answer = answerOf(events);
    const { name, session, time } = answer;
    const planned = plannedOf(place, events[0]!, answer);
    if (events.map(plain).join("\n") !== planned.map(plain).join("\n")) {
      throw new Error(`${name} is not whole: ${events.map(plain)}`);
    }
    if (this.#names.has(name)) throw new Error(`${name} is there twice`);
    this.#names.add(name);
    const before = this.#answers.get(this.#lastSession)?.time ?? "";
    if (time < before) throw new Error(`${name} is of ${time}, before the last one`);
    if (session <= this.#before.get(place.run)!) {
      throw new Error(`${name} has the number ${session}, which was told before`);
    }
    this.#answers.set(session, answer);
    this.#lastSession = session;
  }

  #lastSession = 0;

  #checkTold(): void {
    const lost = new Map<LogVictim | undefined, number>();
    for (const told of this.#unchecked) {
      const { session, name, time, versions, place, by } = told;
      const found = this.#answers.get(session);
      if (found === undefined) {
        if (!mayBeLost(place)) throw new Error(`${name}, session ${session}, is lost`);
        lost.set(by, Math.min(lost.get(by) ?? session, session));
      } else if (found.name !== name || found.time !== time || found.versions !== versions) {
        throw new Error(`Session ${session} is ${JSON.stringify(found)}, not ${name} of ${time}`);
      }
    }
    for (const { session, by } of this.#unchecked) {
      const first = lost.get(by) ?? session;
      if (session > first && this.#answers.has(session)) {
        throw new Error(`Session ${session} is there, and ${first} before it is lost`);
      }
    }
    this.#unchecked = [];
    for (const session of this.#seen) {
      if (!this.#answers.has(session)) throw new Error(`Session ${session} was seen, and is lost`);
    }
  }

  /** The sessions of the peer are there from the first on, none left out, up to what was told. */
  #checkImported(added: readonly Event[]): void {
    const all = this.#found.events.filter(({ id }) => id.server === peer);
    const last = all.at(-1)?.id ?? { session: 0, instance: 0 };
    const expected = Array.from({ length: last.session }, (_, i) => peerSession(i + 1)).flat();
    expectSame(all, expected.slice(0, all.length));
    for (const event of added) {
      const { session, instance } = event.id;
      const wanted = plain(peerSession(session)[instance - 1]!);
      if (plain(event) !== wanted) throw new Error(`There is ${plain(event)}, not ${wanted}`);
    }
    const [session, instance] = this.#imported;
    if (last.session > session || (last.session === session && last.instance >= instance)) return;
    throw new Error(`Of ${session}:${instance}, ${last.session}:${last.instance} was imported`);
  }
}

function nameOf({ run, lane, number }: Place): string {
  return `append ${number} of ${kindOf(lane)} caller ${lane} in run ${run}`;
}

/** What the events of a session were answered with. */
function answerOf(events: readonly Event[]): Answer {
  const [first] = events as [Event];
  const { seconds, micros } = first.timestamp;
  return {
    name: nameOf(placeOf(first)),
    session: first.id.session,
    time: `${seconds}.${String(micros).padStart(6, "0")}`,
    versions: events.flatMap(({ stream }) => (stream === undefined ? [] : stream.version)).join(),
  };
}

/** The events of a session as they were planned, with what they got. */
function plannedOf(place: Place, { timestamp }: Event, { session, versions }: Answer): Event[] {
  const given = versions.split(",").map(Number);
  return plannedEvents(place).map(({ streamKey, ...planned }, i) => {
    const stream = streamKey === undefined ? undefined : { key: streamKey, version: given[i]! };
    return { ...planned, id: { server: own, session, instance: i + 1 }, timestamp, stream };
  });
}

/** Events that are of the same session, together. */
function sessionsOf(events: readonly Event[]): Event[][] {
  const sessions: Event[][] = [];
  for (const event of events) {
    const last = sessions.at(-1);
    if (last?.[0]?.id.session === event.id.session) last.push(event);
    else sessions.push([event]);
  }
  return sessions;
}

function bySession(a: Event, b: Event): number {
  return a.id.server - b.id.server || a.id.session - b.id.session || a.id.instance - b.id.instance;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import type { Event, NewEvent } from "../../src/log/model/event.js";
import type { QueryType } from "../../src/log/model/query-type.js";
import type { Timestamp } from "../../src/log/model/timestamp.js";
import type { TimeseriesQuery } from "../../src/log/read/timeseries-query.js";
import { type LmdbOptions, lmdb } from "../../src/log/storage/lmdb.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import type { Storage } from "../../src/log/storage/storage.js";
import { propertyOptions } from "../support/property-options.js";
import { maybeTime, newEvent, time, type, types } from "./arbitrary-events.js";
import { LateStorage } from "./late-storage.js";
import { NaiveLog } from "./naive-log.js";
import { plain } from "./plain.js";

const timeseries: fc.Arbitrary<TimeseriesQuery> = fc.record({
  types,
  from: maybeTime,
  to: maybeTime,
  sourceFrom: fc.option(time, { nil: undefined, freq: 1 }),
  sourceTo: fc.option(time, { nil: undefined, freq: 1 }),
  order: fc.constantFrom("ascending", "descending"),
  orderBy: fc.constantFrom("timestamp", "sourceTimestamp"),
  limit: fc.integer({ min: 1, max: 6 }),
});

type Command =
  | { readonly do: "append"; readonly appends: readonly (readonly NewEvent[])[] }
  | { readonly do: "import"; readonly server: number; readonly events: readonly Arriving[] }
  | { readonly do: "clock"; readonly now: Timestamp }
  /** Writes the index, and waits for it or goes on meanwhile. */
  | { readonly do: "index"; readonly wait: boolean }
  | { readonly do: "restart" }
  | { readonly do: "query"; readonly query: TimeseriesQuery }
  | { readonly do: "others"; readonly types: readonly QueryType[] | undefined; limit: number };

/** An event of a peer; how far its id and its time are behind the one before. */
interface Arriving {
  readonly type: readonly string[];
  readonly sourceTimestamp: Timestamp | undefined;
  readonly sessions: number;
  readonly instances: number;
  readonly micros: number;
}

const arriving: fc.Arbitrary<Arriving> = fc.record({
  type,
  sourceTimestamp: maybeTime,
  sessions: fc.constantFrom(0, 0, 1, 1, 7),
  instances: fc.constantFrom(1, 1, 2),
  micros: fc.constantFrom(0, 0, 400_000, 3_000_000),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      appends: fc.array(fc.array(newEvent, { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("import" as const),
      server: fc.constantFrom(1, 2, 7),
      events: fc.array(arriving, { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("clock" as const), now: time }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("index" as const), wait: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("query" as const), query: timeseries }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("others" as const),
      types,
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

/** A log beside the naive one. */
class Twins {
  readonly naive = new NaiveLog();
  private now: Timestamp = { seconds: 100n, micros: 0 };
  private last = new Map<number, Event>();

  private constructor(
    private readonly storage: Storage,
    private readonly isShort: boolean,
    private readonly maxUnindexedEvents: number,
    private log: EventLog,
  ) {}

  /**
   * @param isShort pages end after a few records, whatever has been found by then.
   * @param maxUnindexedEvents with a few the index is written all the time, else when it is told to.
   */
  static async open(storage: Storage, isShort: boolean, maxUnindexedEvents: number) {
    const twins = new Twins(storage, isShort, maxUnindexedEvents, undefined as never);
    await twins.openLog();
    return twins;
  }

  private async openLog(): Promise<void> {
    const { storage, isShort, maxUnindexedEvents } = this;
    const limits = { maxUnindexedEvents, ...(isShort && { maxPageRecords: 7 }) };
    this.log = await EventLog.open({ storage, now: () => this.now, limits });
  }

  async run(step: Command): Promise<void> {
    switch (step.do) {
      case "append":
        return this.append(step.appends);
      case "import":
        return this.import(step.server, step.events);
      case "clock":
        this.now = step.now;
        return;
      case "index": {
        const written = this.log.cleanUp();
        if (step.wait) await written;
        else written.catch(() => {});
        return;
      }
      case "restart":
        await this.log.close();
        return this.openLog();
      case "query":
        return this.query(step.query);
      case "others":
        return this.others(step.types, step.limit);
    }
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private async append(appends: readonly (readonly NewEvent[])[]): Promise<void> {
    const results = await Promise.all(appends.map((events) => this.log.append(events)));
    for (const [i, { events }] of results.entries()) {
      expect(events.map((event) => event.type)).toEqual(appends[i]!.map((event) => event.type));
      this.naive.events.push(...events);
      this.last.set(1, events.at(-1)!);
    }
  }

  private async import(server: number, arrivals: readonly Arriving[]): Promise<void> {
    const events: Event[] = [];
    let before: Event | undefined = this.last.get(server);
    for (const { type: of, sourceTimestamp, sessions, instances, micros } of arrivals) {
      const session = (before?.id.session ?? 0) + (before === undefined ? 1 : sessions);
      const isSame = session === before?.id.session;
      const instance = isSame ? before!.id.instance + instances : instances;
      const timestamp = later(before?.timestamp ?? { seconds: 95n, micros: 0 }, micros);
      before = { id: { server, session, instance }, type: of, timestamp, sourceTimestamp };
      events.push(before);
    }
    this.last.set(server, before!);
    expect(await this.log.import(events)).toEqual({ stored: events.length, skipped: [] });
    this.naive.events.push(...events);
  }

  private async query(query: TimeseriesQuery): Promise<void> {
    const found: Event[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await this.log.queryTimeseries({ ...query, cursor });
      expect(page.events.length).toBeLessThanOrEqual(query.limit!);
      found.push(...page.events);
      cursor = page.cursor;
      if (cursor === undefined) break;
      if (!this.isShort) expect(page.events).toHaveLength(query.limit!);
    }
    const expected = this.naive.timeseries(query);
    expect(found.map(plain)).toEqual(expected.map(plain));
    await this.queryAfter(query, expected);
  }

  /** Going on after an event is what going on with a cursor is. */
  private async queryAfter(query: TimeseriesQuery, expected: readonly Event[]): Promise<void> {
    const middle = expected[Math.floor(expected.length / 2)];
    if (middle === undefined) return;
    const { events } = await this.log.queryTimeseries({ ...query, after: middle.id });
    const rest = expected.slice(expected.indexOf(middle) + 1);
    const count = this.isShort ? events.length : query.limit;
    expect(events.map(plain)).toEqual(rest.slice(0, count).map(plain));
  }

  private async others(of: readonly QueryType[] | undefined, limit: number): Promise<void> {
    const latest = await pages((cursor) => this.log.queryLatest({ types: of, limit, cursor }));
    expect(latest.map(plain).sort()).toEqual(this.naive.latest(of).map(plain).sort());
    for (const server of [1, 2, 7, 9]) {
      const stored = await pages((cursor) => this.log.queryServer({ server, limit, cursor }));
      expect(stored.map(plain)).toEqual(this.naive.server(server).map(plain));
    }
    for (const key of ["s", "t", "none"]) {
      const all = this.naive.stream(key);
      for (const order of ["ascending", "descending"] as const) {
        const found: Event[] = [];
        for (let after: number | undefined; ; ) {
          const page = await this.log.readStream({ streamKey: key, order, limit, after });
          expect(page.version).toBe(all.length);
          found.push(...page.events);
          after = page.next;
          if (after === undefined) break;
        }
        const expected = order === "ascending" ? all : all.toReversed();
        expect(found.map(plain)).toEqual(expected.map(plain));
      }
    }
  }
}

async function pages(
  ask: (cursor?: string) => Promise<{ events: readonly Event[]; cursor: string | undefined }>,
): Promise<Event[]> {
  const found: Event[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    found.push(...page.events);
    cursor = page.cursor;
    if (cursor === undefined) return found;
  }
}

function later({ seconds, micros }: Timestamp, by: number): Timestamp {
  const total = micros + by;
  return { seconds: seconds + BigInt(Math.floor(total / 1e6)), micros: total % 1e6 };
}

interface Place {
  readonly storage: Storage;
  remove(): Promise<void>;
}

async function inMemory(storage: Storage): Promise<Place> {
  return { storage, remove: async () => {} };
}

async function onDisk(options: LmdbOptions): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-log-"));
  return { storage: lmdb(folder, options), remove: () => rm(folder, { recursive: true }) };
}

interface Kind {
  readonly name: string;
  readonly runs: number;
  readonly isShort?: boolean;
  readonly make: () => Promise<Place>;
}

const kinds: readonly Kind[] = [
  { name: "in memory", runs: 300, make: () => inMemory(new MemoryStorage()) },
  { name: "in memory, late", runs: 300, make: () => inMemory(new LateStorage(3)) },
  { name: "in short pages", runs: 300, isShort: true, make: () => inMemory(new MemoryStorage()) },
  { name: "in LMDB", runs: 15, make: () => onDisk({ writeAhead: false }) },
  { name: "in a write-ahead log and LMDB", runs: 15, make: () => onDisk({}) },
  {
    name: "in a write-ahead log that is not applied for long",
    runs: 15,
    make: () => onDisk({ writeAhead: { applyAfterMs: 60_000 } }),
  },
];

test.each(kinds)(
  "queries answer as a naive log does, whatever was appended, imported, restarted: $name",
  async ({ runs, isShort = false, make }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 5, maxLength: 25 }),
        fc.constantFrom(6, 10_000),
        async (commands, maxUnindexed) => {
          const { storage, remove } = await make();
          try {
            const twins = await Twins.open(storage, isShort, maxUnindexed);
            try {
              for (const step of commands) await twins.run(step);
            } finally {
              await twins.close();
            }
          } finally {
            await remove();
          }
        },
      ),
      propertyOptions(runs),
    );
  },
  60_000,
);

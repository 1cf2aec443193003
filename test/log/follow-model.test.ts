import fc from "fast-check";
import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import type { Following, SubscribeOptions } from "../../src/log/follow/subscribe-request.js";
import type { Event, NewEvent } from "../../src/log/model/event.js";
import { matchesQueryType } from "../../src/log/model/query-type.js";
import type { Timestamp } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { propertyOptions } from "../support/property-options.js";
import { newEvent, type, types } from "./arbitrary-events.js";
import { plain } from "./plain.js";

type Command =
  | { readonly do: "append"; readonly appends: readonly (readonly NewEvent[])[] }
  | { readonly do: "import"; readonly server: number; readonly types: readonly string[][] }
  | { readonly do: "index" }
  | { readonly do: "subscribe"; readonly options: SubscribeOptions; readonly from: number }
  /** A subscriber takes some of what there is for it. */
  | { readonly do: "read"; readonly who: number; readonly items: number }
  /** A subscriber is replaced by one that begins where it is. */
  | { readonly do: "replace"; readonly who: number };

const options: fc.Arbitrary<SubscribeOptions> = fc.oneof(
  fc.record({ types, server: fc.option(fc.constantFrom(1, 2), { nil: undefined }) }),
  fc.record({ streamKey: fc.constantFrom("s", "t") }),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      appends: fc.array(fc.array(newEvent, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("import" as const),
      server: fc.constantFrom(2, 7),
      types: fc.array(type, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "index" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("subscribe" as const),
      options,
      // -2: from the start; -1: from now; else behind the event of this number, of those there are.
      from: fc.oneof(fc.constantFrom(-2, -1), fc.nat(1_000)),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      who: fc.nat(9),
      items: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("replace" as const), who: fc.nat(9) }) },
);

/** A subscription, and what it should give. */
class Reader {
  readonly given: Event[] = [];
  private isBusy = false;
  private followed: Following;
  private iterator: ReturnType<Following[typeof Symbol.asyncIterator]>;

  constructor(
    private readonly subscribe: (from?: SubscribeOptions["from"]) => Following,
    readonly isWanted: (event: Event) => boolean,
    /** Of all events, those from this one on. */
    readonly first: number,
  ) {
    this.followed = subscribe();
    this.iterator = this.followed[Symbol.asyncIterator]();
  }

  /** Goes on with another subscription; what the one before has on its way is lost. */
  replace(): void {
    // What it has been given last counts once it asks for more.
    if (!this.isBusy || this.followed.reached === undefined) return;
    this.followed = this.subscribe(this.followed.reached);
    this.iterator = this.followed[Symbol.asyncIterator]();
    this.isBusy = false;
  }

  /** Takes what is there, up to so many batches. */
  async read(items: number): Promise<void> {
    if (this.isBusy) return;
    for (let i = 0; i < items; i++) {
      this.isBusy = true;
      const { iterator } = this;
      const next = iterator.next().then((result) => {
        if (iterator !== this.iterator) return;
        this.isBusy = false;
        if (!result.done && "events" in result.value) this.given.push(...result.value.events);
      });
      next.catch(() => {});
      // It may have to wait for what only comes later.
      const turns = async () => {
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      };
      await Promise.race([next, turns()]);
      if (this.isBusy) return;
    }
  }
}

class Stage {
  readonly all: Event[] = [];
  readonly readers: Reader[] = [];
  private readonly sessions = new Map<number, number>();
  private seconds = 100n;

  constructor(private readonly log: EventLog) {}

  async run(step: Command): Promise<void> {
    switch (step.do) {
      case "append": {
        const results = await Promise.all(step.appends.map((events) => this.log.append(events)));
        this.all.push(...results.flatMap(({ events }) => events));
        return;
      }
      case "import": {
        const session = (this.sessions.get(step.server) ?? 0) + 1;
        this.sessions.set(step.server, session);
        const timestamp: Timestamp = { seconds: this.seconds++, micros: 0 };
        const events = step.types.map((of, i) => ({
          id: { server: step.server, session, instance: i + 1 },
          type: of,
          timestamp,
        }));
        await this.log.import(events);
        this.all.push(...events);
        return;
      }
      case "index":
        await this.log.cleanUp();
        return;
      case "subscribe":
        return this.subscribe(step.options, step.from);
      case "read":
        await this.readers[step.who]?.read(step.items);
        return;
      case "replace":
        this.readers[step.who]?.replace();
    }
  }

  private async subscribe(asked: SubscribeOptions, number: number): Promise<void> {
    if (this.readers.length === 10) return;
    const { types: wanted, streamKey, server } = asked;
    const choice = this.all.filter(
      ({ stream }) => streamKey === undefined || stream?.key === streamKey,
    );
    const behind = number < 0 ? undefined : choice[number % Math.max(1, choice.length)];
    const isStart = number === -2;
    const from: SubscribeOptions["from"] = isStart ? "start" : (behind?.id ?? "now");
    const first = isStart ? 0 : behind ? this.all.indexOf(behind) + 1 : this.all.length;
    const isWanted = (event: Event) =>
      (server === undefined || event.id.server === server) &&
      (streamKey === undefined || event.stream?.key === streamKey) &&
      (wanted === undefined || wanted.some((each) => matchesQueryType(event.type, each)));
    const begin = (place: SubscribeOptions["from"] = from) =>
      this.log.subscribe({ ...asked, from: place });
    const reader = new Reader(begin, isWanted, first);
    this.readers.push(reader);
    // It begins where it is now, not when it is first asked.
    await reader.read(1);
  }

  async finish(): Promise<void> {
    for (const reader of this.readers) {
      const expected = this.all.slice(reader.first).filter(reader.isWanted);
      for (let i = 0; i < 200 && reader.given.length < expected.length; i++) await reader.read(5);
      expect(reader.given.map(plain)).toEqual(expected.map(plain));
    }
  }
}

test.each([
  ["who read from memory", 4_096],
  ["who read from storage most of the time", 1],
  ["who read from both", 4],
])("subscribers get everything, once and in order: those %s", async (_, maxRecentSessions) => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
      const limits = { maxRecentSessions, maxUnindexedEvents: 16 };
      const log = await EventLog.open({ storage: new MemoryStorage(), limits });
      try {
        const stage = new Stage(log);
        for (const step of commands) await stage.run(step);
        await stage.finish();
      } finally {
        await log.close();
      }
    }),
    propertyOptions(200),
  );
});

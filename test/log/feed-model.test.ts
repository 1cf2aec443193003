import fc from "fast-check";
import { expect, test } from "vitest";
import type { Encoding } from "../../src/fanout/batch.js";
import type { Outlet } from "../../src/fanout/broadcast.js";
import type { Channel } from "../../src/fanout/feed.js";
import { FeedMember } from "../../src/fanout/feed-member.js";
import { FlushRounds } from "../../src/fanout/flush-rounds.js";
import { Multicast } from "../../src/fanout/multicast.js";
import { EventLog } from "../../src/log/event-log.js";
import type { FeedOptions, LogFeeds } from "../../src/log/follow/log-feed.js";
import type { Place } from "../../src/log/follow/place.js";
import type { SessionBatch } from "../../src/log/follow/subscribe-request.js";
import type { Event, NewEvent } from "../../src/log/model/event.js";
import { matchesQueryType } from "../../src/log/model/query-type.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { propertyOptions } from "../support/property-options.js";
import { newEvent, types } from "./arbitrary-events.js";

/** What is given: ids of events, and how much it weighs. */
interface Item {
  readonly kind: "batch" | "caughtUp" | "heartbeat";
  readonly ids: readonly string[];
  readonly skipped: number;
  readonly bytes: number;
}

type Command =
  | { readonly do: "append"; readonly appends: readonly (readonly NewEvent[])[] }
  | { readonly do: "subscribe"; readonly options: Omit<FeedOptions, "heartbeatMs"> }
  /** The transport of a subscriber has room for so many writes. */
  | { readonly do: "room"; readonly who: number; readonly writes: number }
  | { readonly do: "leave"; readonly who: number }
  | { readonly do: "turn" };

const options = fc.oneof(
  fc.record({
    types,
    from: fc.constantFrom("start" as const, "now" as const),
    policy: fc.constantFrom("fifo" as const, "fifo" as const, "latest" as const),
    queueSize: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    streamKey: fc.constantFrom("s", "t"),
    from: fc.constantFrom("start" as const, "now" as const),
  }),
);

const who = fc.nat(5);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      appends: fc.array(fc.array(newEvent, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("subscribe" as const), options }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("room" as const),
      who,
      writes: fc.constantFrom(0, 0, 1, 2, 3, Number.POSITIVE_INFINITY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who }) },
  { weight: 4, arbitrary: fc.constant({ do: "turn" as const }) },
);

const name = ({ server, session, instance }: Event["id"]) => `${server}:${session}:${instance}`;

/** Its length, its text, and so much more that what is kept for those who lag does not hold it. */
const encoding: Encoding<Item> = {
  encode: (item) => {
    const text = Buffer.from(JSON.stringify(item));
    const bytes = Buffer.alloc(8 + text.length + item.bytes);
    bytes.writeUInt32BE(bytes.length, 0);
    bytes.writeUInt32BE(text.length, 4);
    text.copy(bytes, 8);
    return bytes;
  },
  join: (parts) => Buffer.concat(parts),
};

function* decode(bytes: Buffer): Iterable<Item> {
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const text = bytes.toString("utf8", at + 8, at + 8 + bytes.readUInt32BE(at + 4));
    yield JSON.parse(text) as Item;
  }
}

/** A subscriber: what it was given, and the transport in between. */
class Reader implements Outlet {
  readonly items: Item[] = [];
  room = Number.POSITIVE_INFINITY;
  ended: unknown;
  member!: FeedMember<Item, Place>;

  constructor(
    readonly options: Omit<FeedOptions, "heartbeatMs">,
    /** Of all events, those from this one on. */
    readonly first: number,
  ) {}

  write(bytes: Uint8Array): boolean {
    this.items.push(...decode(Buffer.from(bytes)));
    this.room--;
    return this.room > 0;
  }

  end(error?: unknown): void {
    this.ended = error ?? "normally";
  }

  setRoom(writes: number): void {
    this.room = writes;
    if (writes > 0) this.member.drained();
  }

  isWanted = ({ type, stream }: Event): boolean => {
    const { types: wanted, streamKey } = this.options;
    if (streamKey !== undefined) return stream?.key === streamKey;
    return wanted === undefined || wanted.some((each) => matchesQueryType(type, each));
  };

  get ids(): string[] {
    return this.items.flatMap(({ ids }) => ids);
  }
}

class Stage {
  readonly all: Event[] = [];
  readonly readers: Reader[] = [];
  readonly gone = new Set<Reader>();
  private readonly feeds: LogFeeds<Item>;
  private readonly multicasts = new Map<Channel<Item, Place>, Multicast<Item, Place>>();
  private readonly clock = new ManualClock();
  private readonly rounds = new FlushRounds(this.clock);

  constructor(private readonly log: EventLog) {
    const idle = { ids: [], skipped: 0, bytes: 0 };
    this.feeds = log.feeds<Item>({
      batch: ({ events, skipped = 0 }: SessionBatch) => ({
        kind: "batch",
        ids: events.map(({ id }) => name(id)),
        skipped,
        bytes: events[0]!.id.session % 3 === 0 ? 300_000 : 0,
      }),
      caughtUp: () => ({ kind: "caughtUp", ...idle }),
      heartbeat: () => ({ kind: "heartbeat", ...idle }),
    });
  }

  async run(step: Command): Promise<void> {
    if (step.do === "turn") return turn();
    if (step.do === "append") {
      const results = await Promise.all(step.appends.map((events) => this.log.append(events)));
      this.all.push(...results.flatMap(({ events }) => events));
      return;
    }
    if (step.do === "subscribe") return this.subscribe(step.options);
    const reader = this.readers[step.who];
    if (reader === undefined || this.gone.has(reader)) return;
    if (step.do === "room") reader.setRoom(step.writes);
    else {
      reader.member.close();
      this.gone.add(reader);
    }
  }

  async finish(): Promise<void> {
    const left = this.readers.filter((reader) => !this.gone.has(reader));
    for (let i = 0; i < 50; i++) {
      for (const reader of left) reader.setRoom(Number.POSITIVE_INFINITY);
      await turn();
    }
    const given = this.gone.size;
    expect(this.feeds.size).toBe(left.length);
    for (const reader of this.readers) this.check(reader, this.gone.has(reader));
    for (const reader of left) reader.member.close();
    expect(this.feeds.size, `${given} had left`).toBe(0);
    expect(this.multicasts.size).toBe(0);
  }

  private check(reader: Reader, hasLeft: boolean): void {
    const wanted = this.all.slice(reader.first).filter(reader.isWanted);
    const expected = wanted.map(({ id }) => name(id));
    const { ids } = reader;
    expect(reader.ended).toBe(undefined);
    if (hasLeft) {
      const isLossless = reader.options.policy !== "latest";
      if (isLossless) expect(ids).toEqual(expected.slice(0, ids.length));
      return;
    }
    expect(reader.items.filter(({ kind }) => kind === "caughtUp").length).toBe(1);
    if (reader.options.policy !== "latest") {
      expect(ids).toEqual(expected);
      return;
    }
    // What is left out was told of, and the newest is not.
    expect(ids).toEqual(expected.filter((id) => ids.includes(id)));
    const skipped = reader.items.reduce((sum, item) => sum + item.skipped, 0);
    const lost = new Set(
      wanted.filter(({ id }) => !ids.includes(name(id))).map((e) => e.id.session),
    );
    expect(skipped).toBe(lost.size);
    expect(ids.at(-1)).toBe(expected.at(-1));
  }

  private subscribe(asked: Omit<FeedOptions, "heartbeatMs">): void {
    if (this.readers.length === 6) return;
    const first = asked.from === "start" ? 0 : this.all.length;
    const reader = new Reader(asked, first);
    const feed = this.feeds.open({ ...asked, heartbeatMs: 60_000 });
    reader.member = new FeedMember(feed, reader, {
      encoding,
      clock: this.clock,
      multicastOf: (channel) => this.multicastOf(channel),
    });
    this.readers.push(reader);
  }

  private multicastOf(channel: Channel<Item, Place>): Multicast<Item, Place> {
    const known = this.multicasts.get(channel);
    if (known !== undefined) return known;
    const multicast: Multicast<Item, Place> = new Multicast(
      channel,
      encoding,
      { rounds: this.rounds, clock: this.clock },
      () => this.multicasts.delete(channel),
    );
    this.multicasts.set(channel, multicast);
    return multicast;
  }
}

function turn(): Promise<void> {
  return new Promise(setImmediate);
}

test.each([
  ["from memory", 4_096],
  ["from storage", 1],
])(
  "whatever their transports do, subscribers are given everything once and in order, %s",
  async (_, maxRecentSessions) => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        const limits = { maxRecentSessions };
        const log = await EventLog.open({ storage: new MemoryStorage(), limits });
        try {
          const stage = new Stage(log);
          for (const step of commands) await stage.run(step);
          await stage.finish();
        } finally {
          await log.close();
        }
      }),
      propertyOptions(150),
    );
  },
  60_000,
);

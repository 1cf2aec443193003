import fc from "fast-check";
import { expect, test } from "vitest";
import { Broadcast } from "../../src/fanout/broadcast.js";
import { KeyedTopics } from "../../src/fanout/keyed-topics.js";
import type { Subscribable } from "../../src/fanout/sink.js";
import { Topic } from "../../src/fanout/topic.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { type Item, OutletRecorder, TextEncoding } from "./outlet-recorder.js";
import { codeOf, Outcome, thrownBy, turn } from "./recorder.js";
import {
  type ModelOptions,
  type ModelSubscriber,
  refused,
  sizeOf,
  TopicModel,
} from "./topic-model.js";

/**
 * The model of a topic says what each subscriber is given. A broadcast must have written exactly
 * that by the end of the turn: all of it in one piece, and by then only.
 */

type Reaction = "nothing" | "publish" | "close";

type Action =
  | { do: "subscribe"; key: number; codec: number; room: number; reactions: readonly Reaction[] }
  | { do: "publish"; key: number; count: number }
  | { do: "leave" | "drain"; index: number; room: number }
  | { do: "end" | "close"; key: number; error: string | undefined }
  | { do: "advance"; ms: number }
  | { do: "turn" };

/** One of two encodings cannot write every item. */
const refusals = [() => false, (n: number) => n % 9 === 0];

type AnyTopic = Subscribable<Item> & { publish(item: Item): Promise<void> };

/** One key: the topic, what it should do, and everybody who follows it. */
class Stage {
  readonly outcomes: Outcome[] = [];
  readonly outlets: TwinOutlet[] = [];
  readonly encodings = refusals.map(
    (refuses) => new TextEncoding((n) => (refuses(n) ? refused : undefined)),
  );
  private readonly allowed = refusals.map(() => new Map<Item, number>());
  private readonly broadcasts: Broadcast<Item>[];
  private readonly inUse = refusals.map(() => false);

  constructor(
    readonly topic: AnyTopic,
    readonly model: TopicModel,
  ) {
    this.broadcasts = this.encodings.map(
      (encoding, codec) =>
        new Broadcast(this.watched(codec), encoding, () => {
          this.inUse[codec] = false;
        }),
    );
  }

  /** Counts how often each item may be encoded: once for all whom it reaches live, and alone. */
  private watched(codec: number): Subscribable<Item> {
    const { topic } = this;
    const allowed = this.allowed[codec]!;
    const live = new Set<Item>();
    return {
      turn: topic.turn,
      subscribe: (sink, options) =>
        topic.subscribe(
          {
            write(item, isLive) {
              if (!isLive || !live.has(item)) allowed.set(item, (allowed.get(item) ?? 0) + 1);
              if (isLive) live.add(item);
              return sink.write(item, isLive);
            },
            end: (error) => sink.end(error),
          },
          options,
        ),
    };
  }

  subscribe(codec: number, room: number, reactions: readonly Reaction[]): void {
    const thrown = this.model.subscribe(Number.POSITIVE_INFINITY, refusals[codec]);
    const twin = this.model.subscribers.at(-1)!;
    const outlet = new TwinOutlet(this, codec, twin, room, [...reactions]);
    if (thrown === undefined) this.outlets.push(outlet);
    this.inUse[codec] = true;
    const really = thrownBy(() => {
      outlet.member = this.broadcasts[codec]!.subscribe(outlet);
    });
    expect(really).toBe(thrown ?? "nothing thrown");
  }

  publish(): void {
    const n = this.model.publishes.length + 1;
    this.model.publish(n);
    // By its number: writes may publish before this returns.
    this.outcomes[n - 1] = new Outcome(this.topic.publish({ n }));
  }

  /** Whether everything that was given has been written, which a turn's end must see to. */
  get settled(): boolean {
    return this.outlets.every(({ twin, written }) => !twin.present || written === twin.got.length);
  }

  compare(): void {
    const { outlets } = this;
    expect(outlets.flatMap(({ faults }) => faults)).toEqual([]);
    expect(outlets.map(({ numbers }) => numbers)).toEqual(
      outlets.map(({ twin, written }) => twin.got.slice(0, written)),
    );
    expect(outlets.map(({ ended }) => codeOf(ended))).toEqual(
      outlets.map(({ twin }) => twin.ended),
    );
    for (const [codec, encoding] of this.encodings.entries()) {
      const allowed = this.allowed[codec]!;
      const tooOften = [...encoding.encoded].filter(([item, times]) => times > allowed.get(item)!);
      expect(tooOften).toEqual([]);
    }
    expect(this.inUse).toEqual(
      refusals.map((_, codec) => outlets.some((each) => each.codec === codec && each.twin.present)),
    );
  }
}

/** Checks every write against what the model has given its twin since the last. */
class TwinOutlet extends OutletRecorder {
  written = 0;
  writesInTurn = 0;

  constructor(
    private readonly stage: Stage,
    readonly codec: number,
    readonly twin: ModelSubscriber,
    room: number,
    private readonly reactions: Reaction[],
  ) {
    super(room);
  }

  override write(bytes: Uint8Array): boolean {
    const { twin, stage } = this;
    const hasRoom = super.write(bytes);
    const due = twin.got.slice(this.written);
    if (this.writes.at(-1)!.join() !== due.join()) {
      this.faults.push(`wrote ${this.writes.at(-1)} instead of ${due}`);
    }
    // The end does not wait for the turn's.
    if (++this.writesInTurn > 1 && twin.present) this.faults.push("written twice in a turn");
    this.written = twin.got.length;
    const reaction = this.reactions.shift();
    if (reaction === "publish") stage.publish();
    if (reaction === "close" && this.member !== undefined) {
      this.member.close();
      // Also when it was about to be ended.
      twin.ended = undefined;
      stage.model.leave(twin);
    }
    if (hasRoom) stage.model.resume(twin, Number.POSITIVE_INFINITY);
    else twin.blocked = true;
    return hasRoom;
  }
}

/** Lets the turn end, and those that its writes have begun. */
async function endTurns(stages: readonly Stage[]): Promise<void> {
  do {
    await turn();
    for (const outlet of stages.flatMap(({ outlets }) => outlets)) outlet.writesInTurn = 0;
  } while (stages.some(({ settled }) => !settled));
}

const index = fc.nat(7);
const key = fc.nat(1);
const room = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(1_000));
const reactions = fc.array(
  fc.constantFrom<Reaction>("nothing", "nothing", "publish", "publish", "close"),
  { maxLength: 4 },
);
const error = fc.constantFrom(undefined, "an error");
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("subscribe"), key, codec: fc.nat(1), room, reactions }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      key,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("turn") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("leave"), index, room }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("drain"), index, room }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("advance"), ms: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("end", "close"), key, error }) },
) as fc.Arbitrary<Action>;

const limits = {
  queueSize: fc.integer({ min: 1, max: 4 }),
  replay: fc.constantFrom(0, 1, 4),
  // What is published from within a write has its turn later than in the model, not in another order.
  maxWaiting: fc.constant(1_000),
  maxSubscribers: fc.integer({ min: 2, max: 6 }),
  maxQueueBytes: fc.integer({ min: 1, max: 12 }),
};
const options: fc.Arbitrary<ModelOptions> = fc.oneof(
  fc.record({ policy: fc.constant("latest" as const), ...limits }),
  fc.record({ policy: fc.constant("latest" as const), ...limits, heartbeatMs: fc.constant(5) }),
  fc.record({ policy: fc.constant("fifo" as const), ...limits }),
  fc.record({ policy: fc.constant("fifo" as const), ...limits, heartbeatMs: fc.constant(5) }),
  fc.record({ policy: fc.constant("fifo" as const), ...limits, evictAfterMs: fc.constant(10) }),
);

function topicOptions({ evictAfterMs, heartbeatMs, ...rest }: ModelOptions, clock: ManualClock) {
  return {
    ...rest,
    clock,
    sizeOf: ({ n }: Item) => sizeOf(n),
    ...(evictAfterMs && { slow: { evictAfterMs } }),
    ...(heartbeatMs && { heartbeat: { everyMs: heartbeatMs, item: () => ({ n: -1 }) } }),
  };
}

async function run(stages: Stage[], clock: ManualClock, actions: Action[], close: Close) {
  for (const one of actions) {
    const stage = stages[("key" in one ? one.key : 0) % stages.length]!;
    const outlets = stages.flatMap(({ outlets }) => outlets);
    const outlet = "index" in one ? outlets[one.index % Math.max(1, outlets.length)] : undefined;
    switch (one.do) {
      case "subscribe":
        stage.subscribe(one.codec, one.room, one.reactions);
        break;
      case "publish":
        for (let i = 0; i < one.count; i++) stage.publish();
        break;
      case "leave":
        if (outlet === undefined) break;
        stages.find((each) => each.outlets.includes(outlet))!.model.leave(outlet.twin);
        outlet.member?.close();
        break;
      case "drain": {
        if (outlet === undefined) break;
        // What is still to be written comes first; its write says whether there is room.
        if (outlet.written === outlet.twin.got.length) {
          const { model } = stages.find((each) => each.outlets.includes(outlet))!;
          model.resume(outlet.twin, Number.POSITIVE_INFINITY);
        }
        outlet.drain(one.room);
        break;
      }
      case "advance":
        // One by one: what writes react with happens in between.
        for (let ms = 0; ms < one.ms; ms++) {
          for (const { model } of stages) model.advance(1);
          clock.advance(1);
        }
        break;
      case "end":
      case "close":
        close(stage, one.do, one.error);
        break;
      case "turn":
        await endTurns(stages);
        for (const each of stages) each.compare();
    }
  }
  await endTurns(stages);
  for (const each of stages) each.compare();
}

type Close = (stage: Stage, how: "end" | "close", error: string | undefined) => void;

const runs = Number(process.env.FC_RUNS ?? 400);
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);
const actions = fc.array(action, { maxLength: 60, size: "max" });

test("a broadcast writes what the model of its topic says", async () => {
  const property = fc.asyncProperty(options, actions, async (options, actions) => {
    const clock = new ManualClock();
    const topic = new Topic<Item>(topicOptions(options, clock));
    const stage = new Stage(topic, new TopicModel(options));
    await run([stage], clock, actions, ({ model }, how, error) => {
      if (how === "end") {
        model.endAll(error);
        topic.endSubscribers(error);
      } else {
        model.close(error);
        topic.close(error);
      }
    });
    const { model } = stage;
    expect(stage.outcomes.map(({ state }) => state)).toEqual(
      model.publishes.map(({ state }) =>
        state === "waiting" || state === "begun" ? "pending" : state,
      ),
    );
    const queues = model.present.flatMap(({ queue }) => queue);
    expect(topic.stats()).toEqual({
      ...model.stats,
      refused: model.refused,
      subscribers: model.present.length,
      blocked: model.present.filter(({ blocked }) => blocked).length,
      queued: queues.length,
      queuedBytes: queues.reduce((sum, item) => sum + sizeOf(item), 0),
      waiting: model.waiting,
    });
  });
  await fc.assert(property, { numRuns: runs, seed });
});

test("keyed topics, which share a turn, keep their broadcasts apart", async () => {
  const property = fc.asyncProperty(options, actions, async (options, actions) => {
    const clock = new ManualClock();
    const topics = new KeyedTopics<Item>(topicOptions(options, clock));
    const stages = ["a", "b"].map((key) => new Stage(topics.topic(key), new TopicModel(options)));
    await run(stages, clock, actions, (_, how, error) => {
      if (how === "end") return;
      for (const { model } of stages) model.close(error);
      topics.close(error);
    });
  });
  await fc.assert(property, { numRuns: runs, seed });
});

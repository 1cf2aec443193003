import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Topic } from "../../src/fanout/topic.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { Outcome, Recorder, turn } from "./recorder.js";

function join<T>(topic: Topic<T>, sink: Recorder<T>): Recorder<T> {
  sink.subscription = topic.subscribe(sink);
  return sink;
}

describe("a sink may, from within write(),", () => {
  it("publish: everybody sees the same order, and it resolves after its turn", async () => {
    const topic = new Topic<string>();
    const early = join(topic, new Recorder());
    let nested: Outcome | undefined;
    const answering = new Recorder<string>(99, (item) => {
      if (item === "question") nested = new Outcome(topic.publish("answer"));
    });
    join(topic, answering);
    const late = join(topic, new Recorder());
    await topic.publish("question");
    for (const sink of [early, answering, late]) expect(sink.items).toEqual(["question", "answer"]);
    await turn();
    expect(nested?.state).toBe("resolved");
  });

  it("publish from the replay: after the replay", () => {
    const topic = new Topic<number>({ replay: 3 });
    for (const item of [1, 2, 3]) topic.publish(item);
    const sink = new Recorder<number>(99, (item) => {
      if (item === 1) topic.publish(4);
    });
    join(topic, sink);
    expect(sink.items).toEqual([1, 2, 3, 4]);
  });

  it("answer every item with another only so often", async () => {
    const topic = new Topic<number>({ maxWaiting: 10 });
    const outcomes: Outcome[] = [];
    const sink = new Recorder<number>(999, (item) => {
      outcomes.push(new Outcome(topic.publish(item + 1)));
    });
    join(topic, sink);
    for (const round of [1, 2]) {
      await topic.publish(0);
      await turn();
      expect(sink.items).toHaveLength(11 * round);
      expect(outcomes.at(-1)?.state).toBe("topic_publish_overflow");
      expect(topic.stats().overflows).toBe(round);
    }
  });

  it("subscribe: the newcomer gets the item once", () => {
    for (const replay of [true, false]) {
      const topic = new Topic<number>({ replay });
      const newcomer = new Recorder<number>();
      const sink = new Recorder<number>(99, (item) => {
        if (item === 1) join(topic, newcomer);
      });
      join(topic, sink);
      topic.publish(1);
      topic.publish(2);
      expect(newcomer.items).toEqual(replay ? [1, 2] : [2]);
    }
  });

  it("leave, or make others leave: nothing more is written to them", () => {
    const topic = new Topic<number>();
    const before = join(topic, new Recorder<number>());
    const after = [new Recorder<number>(), new Recorder<number>()];
    let sizeThen = -1;
    const sink = new Recorder<number>(99, (item) => {
      if (item !== 2) return;
      for (const other of [before, sink, ...after]) other.subscription?.close();
      sizeThen = topic.size;
    });
    join(topic, sink);
    for (const other of after) join(topic, other);
    const staying = join(topic, new Recorder());
    for (const item of [1, 2, 3]) topic.publish(item);
    expect(sizeThen).toBe(1);
    expect([before, ...after].map(({ items }) => items)).toEqual([[1, 2], [1], [1]]);
    expect(sink.items).toEqual([1, 2]);
    expect(staying.items).toEqual([1, 2, 3]);
    expect(topic.size).toBe(1);
  });

  it("leave and then throw: it is gone, and is not ended", () => {
    const topic = new Topic<number>();
    const sink = new Recorder<number>(99, () => {
      sink.subscription?.close();
      throw new Error("and good riddance");
    });
    join(topic, sink);
    topic.publish(1);
    expect(sink.ended).toBeUndefined();
    expect(topic.size).toBe(0);
  });

  it("leave with its signal while it takes the replay", () => {
    const topic = new Topic<number>({ replay: 3 });
    for (const item of [1, 2, 3]) topic.publish(item);
    const controller = new AbortController();
    const sink = new Recorder<number>(99, (item) => {
      if (item === 2) controller.abort();
    });
    const subscription = topic.subscribe(sink, { signal: controller.signal });
    expect(sink.items).toEqual([1, 2]);
    expect(subscription.closed).toBe(true);
    expect(topic.stats()).toMatchObject({ subscribers: 0, blocked: 0, queued: 0 });
  });

  it("close the topic: nobody gets more than what is in progress, all are ended", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const closing = new Recorder<number>(99, () => topic.close());
    join(topic, closing);
    const after = join(topic, new Recorder());
    const outcome = new Outcome(topic.publish(1));
    await turn();
    expect(outcome.state).toBe("resolved");
    expect(closing.items).toEqual([1]);
    expect(after.items).toEqual([]);
    expect([closing.ended, after.ended]).toEqual(["normally", "normally"]);
  });

  it("free a straggler of the very publish in progress", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const slow = join(topic, new Recorder(1));
    topic.publish(1);
    topic.publish(2);
    const freeing = new Recorder<number>(99, (item) => {
      if (item === 3) slow.resume();
    });
    join(topic, freeing);
    const outcome = new Outcome(topic.publish(3));
    expect(slow.items).toEqual([1, 2, 3]);
    await turn();
    expect(outcome.state).toBe("resolved");
    expect(topic.stats()).toMatchObject({ waiting: 0, queued: 0 });
  });

  it("pause and resume in any order: the last word counts", () => {
    const table: [actions: ("pause" | "resume")[], returns: boolean, open: boolean][] = [
      [[], true, true],
      [[], false, false],
      [["pause"], true, false],
      [["pause", "resume"], true, true],
      [["pause", "resume"], false, true],
      [["resume", "pause"], true, false],
      [["resume", "pause"], false, false],
    ];
    for (const [actions, returns, open] of table) {
      const topic = new Topic<number>();
      const taken: number[] = [];
      const subscription = topic.subscribe({
        write(item) {
          taken.push(item);
          // The first round must leave nothing behind that the second could mistake for its own.
          if (item === 1) subscription.resume();
          else for (const action of actions) subscription[action]();
          return item === 1 || returns;
        },
        end() {},
      });
      for (const item of [1, 2, 3]) topic.publish(item);
      expect([actions, returns, taken.includes(3)]).toEqual([actions, returns, open]);
      expect(topic.stats().blocked).toBe(open ? 0 : 1);
    }
  });

  it("make time pass, so that others are evicted meanwhile", async () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 10 }, clock });
    const slow = join(topic, new Recorder(1));
    for (const item of [1, 2, 3]) topic.publish(item);
    const sink = new Recorder<number>(99, () => clock.advance(10));
    join(topic, sink);
    expect(slow.subscription?.closed).toBe(true);
    await topic.publish(4);
    expect(sink.items).toEqual([3, 4]);
  });
});

describe("a sink may, from within end(),", () => {
  it("subscribe again: it stays", () => {
    const topic = new Topic<number>({ replay: false });
    const again = new Recorder<number>();
    topic.subscribe({ write: () => true, end: () => void join(topic, again) });
    topic.endSubscribers();
    topic.publish(1);
    expect(again.items).toEqual([1]);
    expect(topic.size).toBe(1);
  });

  it("subscribe again while an item is in progress: it gets that once", () => {
    const topic = new Topic<number>();
    const again = Array.from({ length: 4 }, () => new Recorder<number>());
    topic.subscribe({
      write: () => {
        topic.endSubscribers();
        return true;
      },
      end: () => {
        for (const sink of again) join(topic, sink);
      },
    });
    const other = join(topic, new Recorder());
    topic.publish(1);
    expect(other.items).toEqual([]);
    expect(again.map(({ items }) => items)).toEqual(Array(4).fill([1]));
  });

  it("make others leave: they are not ended", () => {
    const topic = new Topic<number>();
    const other = new Recorder<number>();
    topic.subscribe({ write: () => true, end: () => other.subscription?.close() });
    join(topic, other);
    topic.endSubscribers();
    expect(other.ended).toBeUndefined();
  });
});

/** What a sink does when it takes an item; applied one per item. */
type Action =
  | { do: "nothing" | "publish" | "leave" | "throw" | "pause" | "press" | "pauseAndResume" }
  | { do: "subscribe"; script: Action[] }
  | { do: "close" | "resume" | "pauseOther"; other: number };

const action: fc.Arbitrary<Action> = fc.letrec<{ action: Action }>((tie) => ({
  action: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      do: fc.constantFrom(
        "nothing",
        "publish",
        "leave",
        "throw",
        "pause",
        "press",
        "pauseAndResume",
      ),
    }),
    fc.record({ do: fc.constantFrom("close", "resume", "pauseOther"), other: fc.nat(6) }),
    fc.record({
      do: fc.constant("subscribe" as const),
      script: fc.array(tie("action"), { maxLength: 5 }),
    }),
  ) as fc.Arbitrary<Action>,
})).action;

describe("whatever sinks do from within write()", () => {
  it.each(["latest", "fifo"] as const)("with %s the order stays one", async (policy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(action, { maxLength: 8 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(fc.constant("publish"), fc.nat(6)), { maxLength: 12 }),
        fc.record({ queueSize: fc.integer({ min: 1, max: 3 }), replay: fc.nat(4) }),
        async (scripts, outside, options) => {
          const topic = new Topic<number>({ ...options, policy, maxWaiting: 50 });
          const outcomes: Outcome[] = [];
          let items = 0;
          const publish = () => {
            if (items < 100) outcomes.push(new Outcome(topic.publish(items++)));
          };
          const sinks: Recorder<number>[] = [];
          const add = (script: Action[]) => {
            let next = 0;
            const sink: Recorder<number> = new Recorder<number>(Number.POSITIVE_INFINITY, () => {
              const action = script[next++];
              if (action === undefined) return;
              const other = "other" in action ? sinks[action.other] : undefined;
              if (action.do === "publish") publish();
              if (action.do === "leave") sink.subscription?.close();
              if (action.do === "throw") throw new Error("from the sink");
              if (action.do === "pause") sink.pause();
              if (action.do === "press") sink.room = 0;
              if (action.do === "pauseAndResume") {
                sink.pause();
                sink.resume();
              }
              if (action.do === "subscribe" && sinks.length < 30) add(action.script);
              if (action.do === "close") other?.subscription?.close();
              if (action.do === "resume") other?.resume();
              if (action.do === "pauseOther") other?.pause();
            });
            sinks.push(sink);
            join(topic, sink);
          };

          // There from the first item to the last, so what it has is what was published.
          const witness = join(topic, new Recorder<number>());
          for (const script of scripts) add(script);
          for (const step of outside) {
            if (step === "publish") publish();
            else sinks[step as number]?.resume();
          }
          for (let i = 0; i < 200; i++) for (const sink of sinks) sink.resume();
          await turn();

          expect(witness.items).toHaveLength(topic.stats().published);
          for (const sink of sinks) {
            expect(sink.allFaults()).toEqual([]);
            if (sink.items.length === 0) continue;
            const positions = sink.items.map((item) => witness.items.indexOf(item));
            if (policy === "fifo") {
              expect(positions).toEqual(positions.map((_, i) => (positions[0] as number) + i));
            } else {
              expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
            }
            const stayed = sink.subscription?.closed === false;
            if (stayed) expect(sink.items.at(-1)).toBe(witness.items.at(-1));
          }
          const states = new Set(outcomes.map(({ state }) => state));
          states.delete("resolved");
          states.delete("topic_publish_overflow");
          expect([...states]).toEqual([]);
          expect(topic.stats()).toMatchObject({
            subscribers: 1 + sinks.filter(({ subscription }) => !subscription?.closed).length,
            blocked: 0,
            queued: 0,
            queuedBytes: 0,
            waiting: 0,
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});

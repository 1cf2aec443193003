import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedTopics, type KeyedTopicsOptions } from "../../src/fanout/keyed-topics.js";
import { topicIterable } from "../../src/fanout/stream.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { codeOf, Outcome, Recorder, thrownBy, turn } from "./recorder.js";

function setup(options: KeyedTopicsOptions<number> = {}) {
  const clock = new ManualClock();
  const topics = new KeyedTopics<number>({ ...options, clock });
  const join = (key: string, sink = new Recorder<number>(), signal?: AbortSignal) => {
    sink.subscription = topics.subscribe(key, sink, { signal });
    return sink;
  };
  const publish = async (key: string, item: number) => {
    const outcome = new Outcome(topics.publish(key, item));
    await turn();
    return outcome.state;
  };
  return { clock, topics, join, publish };
}

describe("keyed topics", () => {
  it("keep the keys apart", async () => {
    const { join, publish } = setup();
    const [a, b, again] = [join("a"), join("b"), join("a")];
    await publish("a", 1);
    await publish("b", 2);
    expect([a.items, b.items, again.items]).toEqual([[1], [2], [1]]);
    expect(join("a").items).toEqual([1]);
  });

  it("give every key the options of a topic", async () => {
    const { topics, join } = setup({ policy: "fifo", queueSize: 2, maxSubscribers: 1 });
    join("a", new Recorder(1));
    const outcomes = [1, 2, 3, 4].map((item) => new Outcome(topics.publish("a", item)));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual([...Array(3).fill("resolved"), "pending"]);
    expect(thrownBy(() => join("a"))).toBe("topic_subscribers_exceeded");
    expect(thrownBy(() => join("b"))).toBe("nothing thrown");
  });

  it("make a topic for a publish only if a later subscriber can see it", async () => {
    const without = setup({ replay: false });
    expect(await without.publish("a", 1)).toBe("resolved");
    expect(without.topics.size).toBe(0);
    expect(without.topics.stats()).toMatchObject({ published: 1, delivered: 0, keys: 0 });
    const replaying = setup({ replay: 2 });
    for (const item of [1, 2, 3]) await replaying.publish("a", item);
    expect(replaying.topics.size).toBe(1);
    expect(replaying.join("a").items).toEqual([2, 3]);
  });

  it("drop a key with its last subscriber when there is nothing to replay", async () => {
    const { clock, topics, join, publish } = setup({ replay: false });
    const one = join("a");
    const two = join("a");
    await publish("a", 1);
    one.subscription?.close();
    expect(topics.size).toBe(1);
    two.subscription?.close();
    expect(topics.size).toBe(0);
    join("quiet").subscription?.close();
    join("aborted", new Recorder(), AbortSignal.abort());
    expect(topics.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("drop a key when it has been idle for idleMs, publishing being use", async () => {
    const { clock, topics, join, publish } = setup({ idleMs: 1_000 });
    const a = join("a");
    await publish("a", 1);
    clock.advance(5_000);
    expect(topics.size).toBe(1);
    a.subscription?.close();
    clock.advance(600);
    await publish("a", 2);
    await publish("b", 3);
    clock.advance(999);
    expect(topics.size).toBe(2);
    expect(join("a").items).toEqual([2]);
    clock.advance(1);
    expect(topics.size).toBe(1);
    expect(join("b").items).toEqual([]);
  });

  it("keep one timer for all idle keys, and none when there are none", async () => {
    const { clock, topics, publish } = setup({ idleMs: 1_000 });
    for (const key of ["a", "b", "c"]) await publish(key, 1);
    expect(clock.pending).toBe(1);
    clock.advance(500);
    await publish("a", 2);
    clock.advance(500);
    expect(topics.size).toBe(1);
    expect(clock.pending).toBe(1);
    clock.advance(500);
    expect([topics.size, clock.pending]).toEqual([0, 0]);
    await publish("d", 1);
    topics.close();
    expect(clock.pending).toBe(0);
  });

  it("make room by dropping the key that has been idle for longest", async () => {
    const { topics, join, publish } = setup({ maxKeys: 3 });
    const busy = join("busy");
    await publish("a", 1);
    await publish("b", 2);
    await publish("a", 3);
    expect(await publish("c", 4)).toBe("resolved");
    expect(topics.stats()).toMatchObject({ keys: 3, keysDisplaced: 1, keysRefused: 0 });
    expect(join("a").items).toEqual([3]);
    expect(join("b").items).toEqual([]);
    expect(topics.size).toBe(3);
    expect(busy.subscription?.closed).toBe(false);
  });

  it("refuse a key when all others have subscribers", async () => {
    const { topics, join, publish } = setup({ maxKeys: 2 });
    const a = join("a");
    join("b");
    expect(thrownBy(() => join("c"))).toBe("topic_keys_exceeded");
    expect(await publish("c", 1)).toBe("topic_keys_exceeded");
    expect(await publish("a", 1)).toBe("resolved");
    expect(topics.stats()).toMatchObject({ keys: 2, keysRefused: 2 });
    a.subscription?.close();
    expect(thrownBy(() => join("c"))).toBe("nothing thrown");
  });

  it("do not make room with the key whose replay is being written", async () => {
    const { topics, publish, join } = setup({ maxKeys: 1 });
    await publish("a", 1);
    let refused: unknown;
    const sink = new Recorder<number>(9, () => {
      refused = thrownBy(() => topics.subscribe("b", new Recorder()));
    });
    join("a", sink);
    expect(refused).toBe("topic_keys_exceeded");
    expect(sink.subscription?.closed).toBe(false);
  });

  it("keep a key whose only subscriber was refused by its sink", async () => {
    const { topics, publish, join } = setup();
    await publish("a", 1);
    const broken = new Recorder<number>(9, () => {
      throw new Error("broken");
    });
    join("a", broken);
    expect(broken.subscription?.closed).toBe(true);
    expect(topics.size).toBe(1);
    expect(join("a").items).toEqual([1]);
  });

  it("count over all keys there are and ever were", async () => {
    const { topics, join, publish } = setup({ replay: false });
    const a = join("a");
    await publish("a", 1);
    await publish("a", 2);
    a.subscription?.close();
    join("b");
    const slow = join("c");
    slow.pause();
    await publish("b", 3);
    await publish("c", 4);
    await publish("nobody", 5);
    expect(topics.stats()).toEqual({
      published: 5,
      delivered: 3,
      dropped: 0,
      evicted: 0,
      heartbeats: 0,
      overflows: 0,
      refused: 0,
      failures: 0,
      subscribers: 2,
      blocked: 1,
      queued: 1,
      queuedBytes: 0,
      waiting: 0,
      keys: 2,
      keysDisplaced: 0,
      keysRefused: 0,
    });
  });

  it("close all keys, with or without subscribers, and refuse everything afterwards", async () => {
    const { topics, join, publish } = setup();
    const [a, b] = [join("a"), join("b")];
    await publish("a", 1);
    await publish("idle", 1);
    topics.close("why");
    topics.close("again");
    expect([a.ended, b.ended]).toEqual(["why", "why"]);
    expect(topics.size).toBe(0);
    expect(await publish("a", 2)).toBe("topic_closed");
    expect(thrownBy(() => join("a"))).toBe("topic_closed");
    expect(topics.stats()).toMatchObject({ published: 2, delivered: 1, keys: 0, subscribers: 0 });
  });

  it("can be held by one key, also beyond the life of its topic", async () => {
    const { clock, topics } = setup({ idleMs: 10 });
    const a = topics.topic("a");
    await a.publish(1);
    clock.advance(10);
    expect(topics.size).toBe(0);
    const items = topicIterable(a);
    await a.publish(2);
    topics.close();
    const taken: number[] = [];
    for await (const item of items) taken.push(item);
    expect(taken).toEqual([2]);
  });

  it("share one turn marker among the loops of all keys", () => {
    const { topics } = setup();
    expect(topics.topic("a").turn).toBe(topics.topic("b").turn);
  });
});

/** One key, as it should be. */
interface ModelKey {
  kept: number[];
  present: number[];
  usedMs: number;
}

describe("keyed topics do what their model does", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ do: fc.constant("publish" as const), key }),
    fc.record({ do: fc.constant("subscribe" as const), key }),
    fc.record({ do: fc.constant("leave" as const), index: fc.nat(6) }),
    fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 40 }) }),
  );

  it("in any order of steps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40, size: "max" }),
        fc.record({ maxKeys: fc.integer({ min: 1, max: 4 }), replay: fc.nat(2) }),
        async (steps, options) => {
          const idleMs = 30;
          const { clock, topics, join } = setup({ ...options, idleMs });
          const sinks: Recorder<number>[] = [];
          const got: number[][] = [];
          const model = new Map<string, ModelKey>();
          let useOrder = 0;
          const used = new Map<string, number>();
          let item = 0;

          /** The key, made if need be; `undefined` if there is no room for it. */
          const need = (key: string): ModelKey | undefined => {
            const found = model.get(key);
            if (found) return found;
            if (model.size === options.maxKeys) {
              const idle = [...model.keys()].filter((key) => !model.get(key)?.present.length);
              idle.sort((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0));
              if (idle[0] === undefined) return undefined;
              model.delete(idle[0]);
            }
            const made = { kept: [], present: [], usedMs: clock.now() };
            model.set(key, made);
            return made;
          };
          const use = (key: string) => {
            used.set(key, ++useOrder);
            const found = model.get(key);
            if (found) found.usedMs = clock.now();
          };

          for (const step of steps) {
            if (step.do === "publish") {
              item++;
              const skip = options.replay === 0 && !model.has(step.key);
              const found = skip ? undefined : need(step.key);
              const outcome = topics.publish(step.key, item).then(() => "resolved", codeOf);
              expect(await outcome).toBe(found || skip ? "resolved" : "topic_keys_exceeded");
              if (found) {
                found.kept = options.replay ? [...found.kept, item].slice(-options.replay) : [];
                for (const index of found.present) got[index]?.push(item);
                use(step.key);
              }
            } else if (step.do === "subscribe") {
              const found = need(step.key);
              const thrown = thrownBy(() => sinks.push(join(step.key)));
              expect(thrown).toBe(found ? "nothing thrown" : "topic_keys_exceeded");
              if (found) {
                got.push([...found.kept]);
                found.present.push(got.length - 1);
              }
            } else if (step.do === "leave") {
              sinks[step.index]?.subscription?.close();
              for (const [key, found] of model) {
                if (!found.present.includes(step.index)) continue;
                found.present = found.present.filter((index) => index !== step.index);
                if (found.present.length > 0) continue;
                use(key);
                if (found.kept.length === 0) model.delete(key);
              }
            } else {
              clock.advance(step.ms);
              for (const [key, found] of model) {
                if (found.present.length === 0 && clock.now() - found.usedMs >= idleMs) {
                  model.delete(key);
                }
              }
            }
            expect(sinks.map(({ items }) => items)).toEqual(got);
            expect(topics.size).toBe(model.size);
          }
          // What is kept for newcomers, of every key, idle ones included.
          for (const [key, found] of model) expect(join(key).items).toEqual(found.kept);
        },
      ),
      { numRuns: 500 },
    );
  });
});

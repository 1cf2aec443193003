import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topicIterable } from "../../src/fanout/stream.js";
import { Topic } from "../../src/fanout/topic.js";
import { Turn } from "../../src/fanout/turn.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { codeOf, Outcome, thrownBy, turn } from "./recorder.js";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Takes items until there are no more; `each` is awaited in between. */
function consume<T>(items: AsyncIterable<T>, each: (item: T) => unknown = () => {}) {
  const taken: T[] = [];
  const outcome = new Outcome(
    (async () => {
      for await (const item of items) {
        taken.push(item);
        await each(item);
      }
    })(),
  );
  return { taken, outcome };
}

function iterate<T>(items: AsyncIterable<T>): AsyncIterator<T> {
  return items[Symbol.asyncIterator]();
}

const policies = ["latest", "fifo"] as const;

describe.each(policies)("iterating a topic with policy %s", (policy) => {
  it("gives a loop everything of a burst that was published in one turn", async () => {
    const topic = new Topic<number>({ policy });
    const { taken } = consume(topicIterable(topic));
    await turn();
    for (const item of upTo(100)) topic.publish(item);
    await turn();
    expect(taken).toEqual(upTo(100));
    expect(topic.stats()).toMatchObject({ dropped: 0, blocked: 0 });
  });

  it("subscribes at once, so that nothing is missed before the loop begins", async () => {
    const topic = new Topic<number>({ policy, replay: false });
    const items = topicIterable(topic);
    for (const item of upTo(10)) topic.publish(item);
    await turn();
    const { taken } = consume(items);
    await turn();
    expect(taken).toEqual(upTo(10));
  });

  it("stages a burst while the loop is busy, if it has taken everything before", async () => {
    const topic = new Topic<number>({ policy });
    let release = () => {};
    const busy = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { taken } = consume(topicIterable(topic), () => busy);
    topic.publish(0);
    await turn();
    for (const item of upTo(10)) topic.publish(item + 1);
    expect(topic.stats()).toMatchObject({ blocked: 0, queued: 0 });
    release();
    await turn();
    expect(taken).toEqual(upTo(11));
  });

  it("is back-pressured by what is left over at the end of the turn", async () => {
    const topic = new Topic<number>({ policy, replay: false });
    const iterator = iterate(topicIterable(topic));
    for (const item of upTo(3)) topic.publish(item);
    expect(topic.stats().blocked).toBe(0);
    await turn();
    expect(topic.stats()).toMatchObject({ blocked: 1, queued: 0 });
    const outcomes = [3, 4, 5].map((item) => new Outcome(topic.publish(item)));
    await turn();
    const waits = policy === "fifo" ? "pending" : "resolved";
    expect(outcomes.map(({ state }) => state)).toEqual(["resolved", waits, waits]);
    const taken = [];
    for (let i = 0; i < (policy === "fifo" ? 6 : 4); i++) taken.push((await iterator.next()).value);
    expect(taken).toEqual(policy === "fifo" ? upTo(6) : [0, 1, 2, 5]);
  });

  it("is back-pressured at once by maxBurst items", async () => {
    const topic = new Topic<number>({ policy });
    const items = topicIterable(topic, { maxBurst: 5 });
    for (const item of upTo(8)) topic.publish(item);
    expect(topic.stats()).toMatchObject({ blocked: 1, queued: 1 });
    const { taken } = consume(items);
    await turn();
    expect(taken).toEqual(policy === "fifo" ? upTo(8) : [0, 1, 2, 3, 4, 7]);
  });

  it("starts with the replay", async () => {
    const topic = new Topic<number>({ policy, replay: 3 });
    for (const item of upTo(5)) topic.publish(item);
    const { taken } = consume(topicIterable(topic));
    topic.publish(5);
    await turn();
    expect(taken).toEqual([2, 3, 4, 5]);
  });

  it("answers calls of next() made in advance in their order", async () => {
    const topic = new Topic<number | undefined>({ policy });
    const iterator = iterate(topicIterable(topic));
    const answers = [iterator.next(), iterator.next(), iterator.next()];
    topic.publish(undefined);
    topic.publish(1);
    topic.close();
    expect(await Promise.all(answers)).toEqual([
      { value: undefined, done: false },
      { value: 1, done: false },
      { value: undefined, done: true },
    ]);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it("gets what is left when the topic ends normally, queue included, and then ends", async () => {
    const topic = new Topic<number>({ policy, queueSize: 2 });
    const items = topicIterable(topic, { maxBurst: 2 });
    for (const item of upTo(4)) topic.publish(item);
    topic.close();
    const { taken, outcome } = consume(items);
    await turn();
    expect(taken).toEqual(upTo(4));
    expect(outcome.state).toBe("resolved");
  });

  it("drops what is left when the topic ends with an error, and throws that once", async () => {
    const topic = new Topic<number>({ policy });
    const iterator = iterate(topicIterable(topic));
    topic.publish(1);
    topic.close("why");
    await expect(iterator.next()).rejects.toBe("why");
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});

describe("a pending next()", () => {
  const why = new Error("why");

  it.each<
    [string, (topic: Topic<number>, c: AbortController, i: AsyncIterator<number>) => void, unknown]
  >([
    ["the signal aborts", (_, controller) => controller.abort(why), why],
    ["the topic closes with an error", (topic) => topic.close(why), why],
    ["its subscriber is ended with an error", (topic) => topic.endSubscribers(why), why],
    ["the topic closes", (topic) => topic.close(), "resolved"],
    ["return() is called", (_, __, iterator) => void iterator.return?.(), "resolved"],
    [
      "throw() is called",
      (_, __, iterator) => void iterator.throw?.(why).catch(() => {}),
      "resolved",
    ],
  ])("is settled at once when %s, and everything is freed", async (_, act, expected) => {
    const topic = new Topic<number>();
    const controller = new AbortController();
    const iterator = iterate(topicIterable(topic, { signal: controller.signal }));
    const first = new Outcome(iterator.next());
    const second = new Outcome(iterator.next());
    act(topic, controller, iterator);
    await Promise.resolve();
    await Promise.resolve();
    expect(first.state).toBe(expected);
    expect(second.state).toBe("resolved");
    expect(topic.size).toBe(0);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});

describe("leaving", () => {
  it("the loop unsubscribes and frees a waiting publisher", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const items = topicIterable(topic, { maxBurst: 1 });
    const outcomes = upTo(5).map((item) => new Outcome(topic.publish(item)));
    for await (const item of items) if (item === 1) break;
    expect(topic.size).toBe(0);
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual(Array(5).fill("resolved"));
  });

  it("with throw() rethrows", async () => {
    const topic = new Topic<number>();
    const iterator = iterate(topicIterable(topic));
    await expect(iterator.throw?.("mine")).rejects.toBe("mine");
    expect(topic.size).toBe(0);
  });

  it("with return() also leaves behind an error that nobody has taken", async () => {
    const topic = new Topic<number>();
    const iterator = iterate(topicIterable(topic));
    topic.close("why");
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it("with return() drops what was staged", async () => {
    const topic = new Topic<number>();
    const iterator = iterate(topicIterable(topic));
    topic.publish(1);
    expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});

describe("the signal", () => {
  it("that aborts while the loop is busy drops what is staged; the loop throws its reason", async () => {
    const topic = new Topic<number>();
    const controller = new AbortController();
    const iterator = iterate(topicIterable(topic, { signal: controller.signal }));
    topic.publish(1);
    controller.abort("gone");
    expect(topic.size).toBe(0);
    await expect(iterator.next()).rejects.toBe("gone");
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  it("that aborts after the normal end still cuts off what is left", async () => {
    const topic = new Topic<number>();
    const controller = new AbortController();
    const iterator = iterate(topicIterable(topic, { signal: controller.signal }));
    for (const item of upTo(3)) topic.publish(item);
    topic.close();
    await iterator.next();
    controller.abort("gone");
    await expect(iterator.next()).rejects.toBe("gone");
  });

  it("that aborts while the subscription is being made leaves nobody behind", async () => {
    const topic = new Topic<number>();
    const controller = new AbortController();
    topic.onPresence(() => controller.abort("gone"));
    const iterator = iterate(topicIterable(topic, { signal: controller.signal }));
    expect(topic.size).toBe(0);
    await expect(iterator.next()).rejects.toBe("gone");
  });

  it("that has aborted already subscribes nobody", async () => {
    const topic = new Topic<number>();
    const iterator = iterate(topicIterable(topic, { signal: AbortSignal.abort("gone") }));
    expect(topic.stats()).toMatchObject({ subscribers: 0, delivered: 0 });
    await expect(iterator.next()).rejects.toBe("gone");
  });

  it.each(["end", "drain", "error", "return", "abort", "refused"])(
    "keeps no listener after %s",
    async (way) => {
      const topic = new Topic<number>({ maxSubscribers: 1 });
      const controller = new AbortController();
      const { signal } = controller;
      const listeners = () => getEventListeners(signal, "abort").length;
      if (way === "refused") {
        topicIterable(topic);
        expect(thrownBy(() => topicIterable(topic, { signal }))).toBe("topic_subscribers_exceeded");
      } else {
        const iterator = iterate(topicIterable(topic, { signal }));
        expect(listeners()).toBe(1);
        if (way === "drain") topic.publish(1);
        if (way === "end" || way === "drain") topic.close();
        if (way === "drain") {
          expect(listeners()).toBe(1);
          await iterator.next();
        }
        if (way === "error") topic.close("why");
        if (way === "return") await iterator.return?.();
        if (way === "abort") controller.abort();
      }
      expect(listeners()).toBe(0);
    },
  );
});

describe("an iterable", () => {
  it("can be iterated once", () => {
    const items = topicIterable(new Topic<number>());
    iterate(items);
    expect(thrownBy(() => iterate(items))).toBe("topic_iterated_twice");
  });

  it("has an iterator which can itself be looped over", async () => {
    const topic = new Topic<number>();
    const iterator = topicIterable(topic)[Symbol.asyncIterator]() as AsyncIterableIterator<number>;
    topic.publish(1);
    topic.publish(2);
    topic.close();
    expect((await iterator.next()).value).toBe(1);
    const { taken } = consume(iterator);
    await turn();
    expect(taken).toEqual([2]);
  });

  it("throws what subscribing throws", () => {
    const topic = new Topic<number>();
    topic.close();
    expect(thrownBy(() => topicIterable(topic))).toBe("topic_closed");
    expect(thrownBy(() => topicIterable(new Topic(), { maxBurst: 0 }))).toBe(
      "topic_options_invalid",
    );
  });

  it("throws the eviction at once, before what is staged", async () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 10 }, clock });
    const iterator = iterate(topicIterable(topic, { maxBurst: 1 }));
    for (const item of upTo(5)) topic.publish(item);
    clock.advance(10);
    expect(codeOf(await iterator.next().catch((error) => error))).toBe("topic_subscriber_evicted");
  });

  it("can decline heartbeats", async () => {
    const clock = new ManualClock();
    const topic = new Topic<string>({ clock, heartbeat: { everyMs: 10, item: () => "beat" } });
    const wanting = consume(topicIterable(topic));
    const declining = consume(topicIterable(topic, { heartbeat: false }));
    clock.advance(10);
    await turn();
    expect([wanting.taken, declining.taken]).toEqual([["beat"], []]);
  });
});

describe("a slow loop of `latest`", () => {
  it("gets the newest there is when it asks, once it has taken what was staged", async () => {
    const topic = new Topic<number>();
    const iterator = iterate(topicIterable(topic));
    topic.publish(1);
    await turn();
    topic.publish(2);
    await turn();
    expect((await iterator.next()).value).toBe(1);
    await turn();
    topic.publish(3);
    await turn();
    topic.publish(4);
    expect((await iterator.next()).value).toBe(4);
  });
});

describe("the turn marker", () => {
  it("costs one setImmediate in a turn with traffic, however many loops, and none in others", async () => {
    const original = globalThis.setImmediate;
    let count = 0;
    const topic = new Topic<number>({ replay: false });
    const loops = upTo(10).map(() => consume(topicIterable(topic), () => {}));
    await turn();
    globalThis.setImmediate = ((callback: () => void) => {
      count++;
      return original(callback);
    }) as typeof setImmediate;
    try {
      for (const item of upTo(5)) topic.publish(item);
      for (const item of upTo(5)) topic.publish(item);
      expect(count).toBe(1);
      await new Promise((resolve) => original(resolve));
      await new Promise((resolve) => original(resolve));
      expect(count).toBe(1);
      topic.publish(1);
      topic.publish(2);
      expect(count).toBe(2);
    } finally {
      globalThis.setImmediate = original;
    }
    await turn();
    expect(loops.every(({ taken }) => taken.length === 12)).toBe(true);
  });

  it("is asked once in a turn by each loop", async () => {
    const topic = new Topic<number>();
    const asked: unknown[] = [];
    const { turn: marker } = topic;
    const atEnd = marker.atEnd.bind(marker);
    marker.atEnd = (member) => {
      asked.push(member);
      atEnd(member);
    };
    const items = topicIterable(topic);
    for (const item of upTo(5)) topic.publish(item);
    expect(asked).toHaveLength(1);
    await turn();
    expect(consume(items).taken).toEqual([]);
  });

  it("tells every member once, and those who ask while it tells in the next turn", async () => {
    const marker = new Turn();
    const log: string[] = [];
    const member = (name: string, also = () => {}) => ({
      turnEnded() {
        log.push(name);
        also();
      },
    });
    for (let round = 0; round < 4; round++) {
      log.length = 0;
      marker.atEnd(member("one", () => marker.atEnd(member("again"))));
      marker.atEnd(member("two"));
      await turn();
      expect(log).toEqual(["one", "two"]);
      await turn();
      expect(log).toEqual(["one", "two", "again"]);
      await turn();
      expect(log).toHaveLength(3);
    }
  });
});

describe("whatever the pace of publisher and loop", () => {
  /** Numbers are turns of the event loop to wait. */
  const pace = fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const waitTurns = async (turns: number) => {
    for (let i = 0; i < turns; i++) await turn();
  };

  it.each(policies)("with %s the loop gets what the policy promises", async (policy) => {
    await fc.assert(
      fc.asyncProperty(
        pace,
        pace,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (published, taken, maxBurst, queueSize) => {
          const topic = new Topic<number>({ policy, queueSize });
          let count = 0;
          const loop = consume(topicIterable(topic, { maxBurst }), (item) =>
            waitTurns(taken[item % taken.length] as number),
          );
          for (let round = 0; round < 3; round++) {
            for (const turns of published) {
              const accepted = topic.publish(count++);
              if (policy === "fifo" && turns > 0) await accepted;
              await waitTurns(turns);
            }
          }
          // The loop has to catch up by itself: ending the topic would hand it the rest.
          await waitTurns(200);
          const stats = topic.stats();
          expect(stats).toMatchObject({ queued: 0, waiting: 0 });
          expect(loop.taken.length).toBe(count - stats.dropped);
          if (policy === "fifo") expect(stats.dropped).toBe(0);
          expect(loop.taken).toEqual([...new Set(loop.taken)].sort((a, b) => a - b));
          expect(loop.taken.at(-1)).toBe(count - 1);
          topic.close();
          await turn();
          expect(loop.outcome.state).toBe("resolved");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("a loop that never leaves the turn misses nothing, in bursts of up to maxBurst", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_023), { maxLength: 5 }), async (bursts) => {
        const topic = new Topic<number>();
        const loop = consume(topicIterable(topic), () => Promise.resolve());
        let count = 0;
        for (const burst of bursts) {
          for (let i = 0; i < burst; i++) topic.publish(count++);
          await turn();
        }
        expect(loop.taken).toEqual(upTo(count));
        topic.close();
      }),
      { numRuns: 40 },
    );
  });

  it("in any order of taking, publishing, leaving and ending nothing is left behind", async () => {
    const ending = fc.constantFrom("abort", "return", "throw", "close", "fail", "end");
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom(...policies),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.uniqueArray(ending, { minLength: 1, maxLength: 3 }),
        async (s, policy, publishes, takes, endings) => {
          const topic = new Topic<number>({ policy });
          const controller = new AbortController();
          const iterator = iterate(
            topicIterable(topic, { signal: controller.signal, maxBurst: 2 }),
          );
          const published: Outcome[] = [];
          const answered: Outcome[] = [];
          const taken: number[] = [];
          s.scheduleSequence(
            upTo(publishes).map((item) => async () => {
              published.push(new Outcome(topic.publish(item)));
            }),
          );
          s.scheduleSequence(
            upTo(takes).map(() => async () => {
              const answer = iterator.next();
              answered.push(new Outcome(answer));
              answer.then(
                ({ value, done }) => done || taken.push(value),
                () => {},
              );
            }),
          );
          for (const end of endings) {
            s.schedule(Promise.resolve(), end).then(() => {
              if (end === "abort") controller.abort("aborted");
              if (end === "return") void iterator.return?.();
              if (end === "throw") iterator.throw?.("thrown").catch(() => {});
              if (end === "close") topic.close();
              if (end === "fail") topic.close("failed");
              if (end === "end") topic.endSubscribers();
            });
          }
          await s.waitAll();
          await turn();
          expect(topic.stats()).toMatchObject({
            subscribers: 0,
            blocked: 0,
            queued: 0,
            waiting: 0,
          });
          expect(answered.map(({ state }) => state)).not.toContain("pending");
          expect(published.map(({ state }) => state)).not.toContain("pending");
          expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
          if (policy === "fifo") expect(taken).toEqual(upTo(taken.length));
        },
      ),
      { numRuns: 400 },
    );
  });
});

import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { SluiceError } from "../../src/errors.js";
import { Topic } from "../../src/fanout/topic.js";
import type { TopicOptions } from "../../src/fanout/topic-options.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { Outcome, Recorder, thrownBy, turn } from "./recorder.js";

const policies = ["latest", "fifo"] as const;

function join<T>(topic: Topic<T>, sink: Recorder<T>, signal?: AbortSignal): Recorder<T> {
  sink.subscription = topic.subscribe(sink, { signal });
  return sink;
}

function publishAll<T>(topic: Topic<T>, ...items: T[]): Outcome[] {
  return items.map((item) => new Outcome(topic.publish(item)));
}

async function states(outcomes: Outcome[]): Promise<unknown[]> {
  await turn();
  return outcomes.map((outcome) => outcome.state);
}

describe.each(policies)("a topic with policy %s", (policy) => {
  it("gives a fast subscriber every item of a burst, whatever the queue size", async () => {
    const topic = new Topic<number>({ policy, queueSize: 1 });
    const sink = join(topic, new Recorder());
    const burst = Array.from({ length: 100 }, (_, i) => i);
    const outcomes = publishAll(topic, ...burst);
    expect(sink.items).toEqual(burst);
    expect(new Set(await states(outcomes))).toEqual(new Set(["resolved"]));
    expect(topic.stats()).toMatchObject({ published: 100, delivered: 100, dropped: 0, queued: 0 });
  });

  it("queues only while back-pressured, and writes the queue on resume", () => {
    const topic = new Topic<string>({ policy, queueSize: 3 });
    const sink = join(topic, new Recorder(1));
    publishAll(topic, "a", "b", "c");
    expect(sink.items).toEqual(["a"]);
    expect(topic.stats()).toMatchObject({ queued: 2, blocked: 1 });
    sink.resume();
    expect(sink.items).toEqual(["a", "b", "c"]);
    expect(topic.stats()).toMatchObject({ queued: 0, blocked: 0 });
  });

  it("stops writing the queue as soon as the sink is back-pressured again", () => {
    const topic = new Topic<string>({ policy, queueSize: 3 });
    const sink = join(topic, new Recorder(1));
    publishAll(topic, "a", "b", "c", "d");
    sink.resume(2);
    expect(sink.items).toEqual(["a", "b", "c"]);
    expect(sink.allFaults()).toEqual([]);
  });

  it("takes pause() as back-pressure", () => {
    const topic = new Topic<string>({ policy });
    const sink = join(topic, new Recorder());
    sink.pause();
    publishAll(topic, "a");
    expect(sink.items).toEqual([]);
    sink.resume();
    expect(sink.items).toEqual(["a"]);
  });

  it("believes a resume() from within write() rather than the `false` that follows it", () => {
    const topic = new Topic<string>({ policy });
    const taken: string[] = [];
    const subscription = topic.subscribe({
      write(item) {
        taken.push(item);
        subscription.resume();
        return false;
      },
      end() {},
    });
    publishAll(topic, "a", "b", "c");
    expect(taken).toEqual(["a", "b", "c"]);
    expect(topic.stats().blocked).toBe(0);
  });

  it("believes a pause() from within write() rather than the `true` that follows it", () => {
    const topic = new Topic<string>({ policy });
    const sink = new Recorder<string>(9, () => sink.subscription?.pause());
    join(topic, sink);
    publishAll(topic, "a", "b");
    expect(sink.items).toEqual(["a"]);
  });

  it("ends only the subscriber whose sink throws, with the error it threw", async () => {
    const topic = new Topic<string>({ policy });
    const before = join(topic, new Recorder());
    const broken = new Error("broken");
    const bad = join(
      topic,
      new Recorder<string>(9, () => {
        throw broken;
      }),
    );
    const after = join(topic, new Recorder());
    expect(await states(publishAll(topic, "a", "b"))).toEqual(["resolved", "resolved"]);
    expect(before.items).toEqual(["a", "b"]);
    expect(after.items).toEqual(["a", "b"]);
    expect(bad.ended).toBe(broken);
    expect(bad.subscription?.closed).toBe(true);
    expect(topic.stats()).toMatchObject({ failures: 1, subscribers: 2, delivered: 4 });
  });

  it("goes on when a sink throws in end()", () => {
    const topic = new Topic<string>({ policy });
    topic.subscribe({
      write: () => true,
      end() {
        throw new Error("in end");
      },
    });
    const other = join(topic, new Recorder());
    topic.close();
    expect(other.ended).toBe("normally");
    expect(topic.stats()).toMatchObject({ failures: 1, subscribers: 0 });
  });

  it("writes nothing to a subscriber which has left, and does not end it", () => {
    const topic = new Topic<string>({ policy });
    const controller = new AbortController();
    const closing = join(topic, new Recorder(1));
    const aborting = join(topic, new Recorder(1), controller.signal);
    publishAll(topic, "a", "b");
    closing.subscription?.close();
    controller.abort();
    expect(closing.subscription?.closed && aborting.subscription?.closed).toBe(true);
    closing.resume();
    aborting.resume();
    publishAll(topic, "c");
    topic.close();
    expect([closing.items, aborting.items]).toEqual([["a"], ["a"]]);
    expect([closing.ended, aborting.ended]).toEqual([undefined, undefined]);
    expect(topic.stats()).toMatchObject({ subscribers: 0, blocked: 0, queued: 0 });
  });

  it("does not subscribe with a signal that has aborted already", () => {
    const topic = new Topic<string>({ policy });
    publishAll(topic, "a");
    const sink = join(topic, new Recorder(), AbortSignal.abort());
    expect(sink.subscription?.closed).toBe(true);
    expect(sink.items).toEqual([]);
    expect(topic.size).toBe(0);
  });

  it("keeps no listener on the signal of a subscription that is over", () => {
    const topic = new Topic<string>({ policy });
    const { signal } = new AbortController();
    const leaving = join(topic, new Recorder(), signal);
    join(topic, new Recorder(), signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    leaving.subscription?.close();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    topic.close();
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("refuses more than maxSubscribers, and has room again when one leaves", () => {
    const topic = new Topic<string>({ policy, maxSubscribers: 2 });
    const first = join(topic, new Recorder());
    join(topic, new Recorder());
    expect(thrownBy(() => join(topic, new Recorder()))).toBe("topic_subscribers_exceeded");
    expect(topic.stats()).toMatchObject({ subscribers: 2, refused: 1 });
    first.subscription?.close();
    expect(thrownBy(() => join(topic, new Recorder()))).toBe("nothing thrown");
  });

  it("never waits for a sink that is not back-pressured", () => {
    const topic = new Topic<string>({ policy });
    join(topic, new Recorder());
    publishAll(topic, "a");
    expect(topic.stats().waiting).toBe(0);
  });
});

describe("replay", () => {
  it.each<[TopicOptions<number>["replay"], number[]]>([
    [undefined, [5]],
    [true, [5]],
    [1, [5]],
    [3, [3, 4, 5]],
    [9, [1, 2, 3, 4, 5]],
    [false, []],
    [0, []],
  ])("of %s gives a newcomer %j after 1 to 5", (replay, expected) => {
    for (const policy of policies) {
      const topic = new Topic<number>({ replay, policy });
      publishAll(topic, 1, 2, 3, 4, 5);
      const sink = join(topic, new Recorder());
      expect(sink.items).toEqual(expected);
      publishAll(topic, 6);
      expect(sink.items).toEqual([...expected, 6]);
      expect(topic.hasReplay).toBe(replay !== false && replay !== 0);
    }
  });

  it.each([undefined, null, 0, "", false])("repeats %s like any other value", (value) => {
    const topic = new Topic<unknown>();
    publishAll(topic, value);
    expect(join(topic, new Recorder()).items).toEqual([value]);
  });

  it("loses nothing with fifo, though it is longer than the queue", async () => {
    const topic = new Topic<number>({ policy: "fifo", queueSize: 1, replay: 5, maxQueueBytes: 1 });
    publishAll(topic, 1, 2, 3, 4, 5);
    const sink = join(topic, new Recorder(1));
    const next = publishAll(topic, 6, 7);
    expect(await states(next)).toEqual(["pending", "pending"]);
    sink.resume(4);
    expect(sink.items).toEqual([1, 2, 3, 4, 5]);
    expect(await states(next)).toEqual(["resolved", "pending"]);
    sink.resume();
    expect(sink.items).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await states(next)).toEqual(["resolved", "resolved"]);
  });

  it("gives a back-pressured newcomer the newest with latest", () => {
    const topic = new Topic<number>({ policy: "latest", queueSize: 2, replay: 5 });
    publishAll(topic, 1, 2, 3, 4, 5);
    const sink = join(topic, new Recorder(1));
    sink.resume();
    expect(sink.items).toEqual([1, 4, 5]);
    expect(topic.stats().dropped).toBe(2);
  });

  it("gives a newcomer the publish in progress once, and those behind it in order", async () => {
    const topic = new Topic<number>({ policy: "fifo", replay: 2 });
    const slow = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, 1, 2, 3, 4);
    const newcomer = join(topic, new Recorder());
    expect(newcomer.items).toEqual([2, 3]);
    slow.resume();
    expect(slow.items).toEqual([1, 2, 3, 4]);
    expect(newcomer.items).toEqual([2, 3, 4]);
    expect(new Set(await states(outcomes))).toEqual(new Set(["resolved"]));
  });

  it("is forgotten by clearReplay()", () => {
    const topic = new Topic<number>({ replay: 2 });
    publishAll(topic, 1, 2);
    topic.clearReplay();
    expect(topic.hasReplay).toBe(false);
    publishAll(topic, 3);
    expect(join(topic, new Recorder()).items).toEqual([3]);
  });
});

describe("latest", () => {
  it("drops the oldest from a full queue and counts it", async () => {
    const topic = new Topic<number>({ queueSize: 2 });
    const slow = join(topic, new Recorder(1));
    const fast = join(topic, new Recorder());
    const outcomes = publishAll(topic, 1, 2, 3, 4, 5);
    expect(new Set(await states(outcomes))).toEqual(new Set(["resolved"]));
    slow.resume();
    expect(slow.items).toEqual([1, 4, 5]);
    expect(fast.items).toEqual([1, 2, 3, 4, 5]);
    expect(topic.stats().dropped).toBe(2);
  });

  it("drops the oldest until the newest fits into maxQueueBytes, and always keeps that", () => {
    const topic = new Topic<string>({
      queueSize: 10,
      maxQueueBytes: 5,
      sizeOf: (item) => item.length,
    });
    const sink = join(topic, new Recorder(1));
    publishAll(topic, "-", "aa", "b", "cc");
    expect(topic.stats()).toMatchObject({ queued: 3, queuedBytes: 5, dropped: 0 });
    publishAll(topic, "ddd");
    expect(topic.stats()).toMatchObject({ queued: 2, queuedBytes: 5, dropped: 2 });
    publishAll(topic, "too long to fit");
    expect(topic.stats()).toMatchObject({ queued: 1, queuedBytes: 15, dropped: 4 });
    sink.resume();
    expect(sink.items).toEqual(["-", "too long to fit"]);
    expect(topic.stats()).toMatchObject({ queued: 0, queuedBytes: 0 });
  });
});

describe("fifo", () => {
  it("gives those with room the item at once and awaits the others", async () => {
    const topic = new Topic<number>({ policy: "fifo", queueSize: 1 });
    const slow = join(topic, new Recorder(1));
    const fast = join(topic, new Recorder());
    const outcomes = publishAll(topic, 1, 2, 3);
    expect(fast.items).toEqual([1, 2, 3]);
    expect(await states(outcomes)).toEqual(["resolved", "resolved", "pending"]);
    slow.resume(1);
    expect(slow.items).toEqual([1, 2]);
    expect(await states(outcomes)).toEqual(["resolved", "resolved", "resolved"]);
  });

  it("lets later publishes wait behind the one in progress, for everybody", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const slow = join(topic, new Recorder(1));
    const fast = join(topic, new Recorder());
    const outcomes = publishAll(topic, 1, 2, 3, 4, 5);
    expect(fast.items).toEqual([1, 2, 3]);
    expect(topic.stats().waiting).toBe(3);
    slow.resume(2);
    expect(slow.items).toEqual([1, 2, 3]);
    expect(fast.items).toEqual([1, 2, 3, 4, 5]);
    expect(await states(outcomes)).toEqual([...Array(4).fill("resolved"), "pending"]);
    slow.resume();
    expect(slow.items).toEqual([1, 2, 3, 4, 5]);
    expect(await states(outcomes)).toEqual(Array(5).fill("resolved"));
    expect(topic.stats()).toMatchObject({ waiting: 0, queued: 0, dropped: 0 });
  });

  it("counts bytes as room too, but lets an item of any size into an empty queue", async () => {
    const topic = new Topic<string>({
      policy: "fifo",
      queueSize: 10,
      maxQueueBytes: 4,
      sizeOf: (item) => item.length,
    });
    const sink = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, "-", "far too long", "a");
    expect(await states(outcomes)).toEqual(["resolved", "resolved", "pending"]);
    sink.resume(1);
    expect(await states(outcomes)).toEqual(["resolved", "resolved", "resolved"]);
    const more = publishAll(topic, "bbb", "c");
    expect(await states(more)).toEqual(["resolved", "pending"]);
    expect(topic.stats().queuedBytes).toBe(4);
    sink.resume();
    expect(sink.items).toEqual(["-", "far too long", "a", "bbb", "c"]);
  });

  it("ends normally only after what is queued, in spite of the back-pressure", () => {
    for (const finish of ["close", "endSubscribers"] as const) {
      const topic = new Topic<number>({ policy: "fifo", queueSize: 2 });
      const sink = join(topic, new Recorder(1));
      publishAll(topic, 1, 2, 3);
      topic[finish]();
      expect(sink.items).toEqual([1, 2, 3]);
      expect(sink.ended).toBe("normally");
      expect(sink.allFaults()).toEqual([]);
      expect(topic.stats()).toMatchObject({ delivered: 3, queued: 0, blocked: 0 });
    }
  });

  it("tells a sink of its own error when it throws at the last items", () => {
    const topic = new Topic<number>({ policy: "fifo", queueSize: 2 });
    const broken = new Error("broken");
    const sink = new Recorder<number>(1, (item) => {
      if (item === 2) throw broken;
    });
    join(topic, sink);
    publishAll(topic, 1, 2, 3);
    topic.endSubscribers();
    expect(sink.items).toEqual([1, 2]);
    expect(sink.ended).toBe(broken);
  });
});

describe("sizeOf", () => {
  it("is called only for what has to be queued, and once for all subscribers", () => {
    const measured: number[] = [];
    const topic = new Topic<number>({
      queueSize: 4,
      sizeOf(item) {
        measured.push(item);
        return 1;
      },
    });
    const sinks = [join(topic, new Recorder()), join(topic, new Recorder())];
    publishAll(topic, 1, 2);
    expect(measured).toEqual([]);
    for (const sink of sinks) sink.pause();
    publishAll(topic, 3, 4);
    expect(measured).toEqual([3, 4]);
    expect(topic.stats().queuedBytes).toBe(4);
  });

  it.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, "8" as unknown as number])(
    "that returns %s fails the publish and reaches nobody",
    async (size) => {
      const topic = new Topic<number>({ sizeOf: () => size, queueSize: 9 });
      const fast = join(topic, new Recorder());
      const slow = join(topic, new Recorder());
      slow.pause();
      await expect(topic.publish(1)).rejects.toThrow("sizeOf must return");
      expect(fast.items).toEqual([]);
      expect(topic.stats()).toMatchObject({ published: 0, queued: 0, waiting: 0 });
      expect(topic.hasReplay).toBe(false);
    },
  );

  it("that throws while a publish waits for its turn fails that one alone", async () => {
    const topic = new Topic<number>({
      policy: "fifo",
      sizeOf(item) {
        if (item === 4) throw new Error("cannot measure 4");
        return 1;
      },
    });
    const slow = join(topic, new Recorder(1));
    const fast = join(topic, new Recorder());
    const outcomes = publishAll(topic, 1, 2, 3, 4, 5);
    slow.resume(1);
    expect(fast.items).toEqual([1, 2, 3, 5]);
    slow.resume(1);
    expect(await states(outcomes)).toEqual([
      "resolved",
      "resolved",
      "resolved",
      new Error("cannot measure 4"),
      "resolved",
    ]);
    slow.resume();
    expect(slow.items).toEqual([1, 2, 3, 5]);
  });

  it("that throws for the replay ends the newcomer that needed it", () => {
    const topic = new Topic<number>({
      replay: 2,
      sizeOf() {
        throw new Error("cannot measure");
      },
    });
    publishAll(topic, 1, 2);
    const sink = join(topic, new Recorder(1));
    expect(sink.ended).toEqual(new Error("cannot measure"));
    expect(topic.size).toBe(0);
  });
});

describe("slow: evictAfterMs", () => {
  it("ends who keeps one publish waiting that long, and the rest goes on", async () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 100 }, clock });
    const fast = join(topic, new Recorder());
    const slow = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, 1, 2, 3, 4);
    clock.advance(99);
    expect(await states(outcomes)).toEqual(["resolved", "resolved", "pending", "pending"]);
    clock.advance(1);
    expect(await states(outcomes)).toEqual(Array(4).fill("resolved"));
    expect((slow.ended as SluiceError).code).toBe("topic_subscriber_evicted");
    expect(slow.items).toEqual([1]);
    expect(fast.items).toEqual([1, 2, 3, 4]);
    expect(topic.stats()).toMatchObject({ evicted: 1, subscribers: 1, queued: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it("gives each publish its own time", async () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 100 }, clock });
    const slow = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, 1, 2, 3, 4);
    clock.advance(99);
    slow.resume(1);
    clock.advance(99);
    expect(slow.ended).toBeUndefined();
    expect(await states(outcomes)).toEqual([...Array(3).fill("resolved"), "pending"]);
    clock.advance(1);
    expect((slow.ended as SluiceError).code).toBe("topic_subscriber_evicted");
    expect(await states(outcomes)).toEqual(Array(4).fill("resolved"));
  });

  it("leaves a subscriber alone that is full while nobody waits", () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 100 }, clock });
    const full = join(topic, new Recorder(1));
    publishAll(topic, 1, 2);
    clock.advance(1_000);
    expect(full.ended).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it("has no timer left when the publish went through or the topic is closed", () => {
    for (const resolve of ["resume", "close"] as const) {
      const clock = new ManualClock();
      const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 100 }, clock });
      const slow = join(topic, new Recorder(1));
      publishAll(topic, 1, 2, 3);
      expect(clock.pending).toBe(1);
      if (resolve === "resume") slow.resume();
      else topic.close();
      expect(clock.pending).toBe(0);
    }
  });
});

describe("close", () => {
  it.each([undefined, new Error("why")])("ends everybody with %s, once", async (error) => {
    const topic = new Topic<number>({ policy: "fifo" });
    const fast = join(topic, new Recorder());
    const slow = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, 1, 2, 3, 4);
    topic.close(error);
    topic.close(new Error("again"));
    for (const sink of [fast, slow]) {
      expect(sink.ended).toBe(error ?? "normally");
      expect(sink.subscription?.closed).toBe(true);
      expect(sink.allFaults()).toEqual([]);
    }
    expect(slow.items).toEqual(error ? [1] : [1, 2]);
    expect(await states(outcomes)).toEqual([
      "resolved",
      "resolved",
      "topic_closed",
      "topic_closed",
    ]);
    expect(topic.closed).toBe(true);
    expect(topic.stats()).toMatchObject({ subscribers: 0, queued: 0, waiting: 0, blocked: 0 });
  });

  it("refuses everything afterwards", async () => {
    const topic = new Topic<number>();
    publishAll(topic, 1);
    topic.close();
    expect(thrownBy(() => topic.subscribe(new Recorder()))).toBe("topic_closed");
    expect(await states(publishAll(topic, 2))).toEqual(["topic_closed"]);
    expect(topic.hasReplay).toBe(false);
    expect(topic.stats().published).toBe(1);
  });

  it("hands its error to waiting publishers as the cause", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    join(topic, new Recorder(1));
    publishAll(topic, 1, 2);
    const waiting = topic.publish(3);
    const why = new Error("why");
    topic.close(why);
    await expect(waiting).rejects.toMatchObject({ code: "topic_closed", cause: why });
  });

  it("does not bring the process down when nobody awaits the publish it rejects", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listener);
    const topic = new Topic<number>({ policy: "fifo", maxWaiting: 1 });
    join(topic, new Recorder(1));
    for (let i = 0; i < 5; i++) void topic.publish(i);
    topic.close();
    void topic.publish(6);
    await turn();
    await turn();
    process.off("unhandledRejection", listener);
    expect(topic.stats().overflows).toBe(2);
    expect(unhandled).toEqual([]);
  });
});

describe("endSubscribers", () => {
  it("ends those present and leaves the topic usable, with its replay", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const slow = join(topic, new Recorder(1));
    const outcomes = publishAll(topic, 1, 2, 3, 4);
    const why = new Error("why");
    topic.endSubscribers(why);
    expect(slow.ended).toBe(why);
    expect(await states(outcomes)).toEqual(Array(4).fill("resolved"));
    const later = join(topic, new Recorder());
    expect(later.items).toEqual([4]);
    expect(topic.closed).toBe(false);
  });
});

describe("heartbeat", () => {
  function beating(options: TopicOptions<string> = {}) {
    const clock = new ManualClock();
    let beats = 0;
    const heartbeat = { everyMs: 100, item: () => `beat ${++beats}` };
    return { clock, topic: new Topic<string>({ ...options, clock, heartbeat }) };
  }

  it("comes when nothing was published for so long, and again after as long", () => {
    const { clock, topic } = beating();
    const one = join(topic, new Recorder());
    const two = join(topic, new Recorder());
    clock.advance(99);
    expect(one.items).toEqual([]);
    clock.advance(1);
    clock.advance(100);
    expect(one.items).toEqual(["beat 1", "beat 2"]);
    expect(two.items).toEqual(["beat 1", "beat 2"]);
    expect(topic.stats()).toMatchObject({ heartbeats: 4, published: 0, delivered: 0 });
  });

  it("is put off by every publish", () => {
    const { clock, topic } = beating({ replay: false });
    const sink = join(topic, new Recorder());
    clock.advance(60);
    publishAll(topic, "a");
    clock.advance(99);
    expect(sink.items).toEqual(["a"]);
    clock.advance(1);
    expect(sink.items).toEqual(["a", "beat 1"]);
  });

  it("is neither queued for who is back-pressured nor replayed, and can be declined", () => {
    const { clock, topic } = beating();
    const slow = join(topic, new Recorder());
    slow.pause();
    const declining = new Recorder<string>();
    topic.subscribe(declining, { heartbeat: false });
    clock.advance(100);
    slow.resume();
    const newcomer = join(topic, new Recorder());
    expect([slow.items, declining.items, newcomer.items]).toEqual([[], [], []]);
  });

  it("counts as a write: it may back-pressure the sink", () => {
    const { clock, topic } = beating();
    const sink = join(topic, new Recorder(1));
    clock.advance(500);
    expect(sink.items).toEqual(["beat 1"]);
  });

  it("starts with the first subscriber and leaves no timer after the last", () => {
    const { clock, topic } = beating();
    expect(clock.pending).toBe(0);
    clock.advance(250);
    const sink = join(topic, new Recorder());
    clock.advance(99);
    expect(sink.items).toEqual([]);
    clock.advance(1);
    expect(sink.items).toEqual(["beat 1"]);
    sink.subscription?.close();
    expect(clock.pending).toBe(0);
    join(topic, new Recorder());
    expect(clock.pending).toBe(1);
    topic.close();
    expect(clock.pending).toBe(0);
  });

  it("that ends the last subscriber leaves no timer", () => {
    const { clock, topic } = beating();
    const sink = new Recorder<string>(9, () => sink.subscription?.close());
    join(topic, sink);
    clock.advance(1_000);
    expect(sink.items).toEqual(["beat 1"]);
    expect(clock.pending).toBe(0);
  });

  it("whose item() throws is skipped and counted", () => {
    const clock = new ManualClock();
    let calls = 0;
    const item = () => {
      if (++calls === 1) throw new Error("no item");
      return "beat";
    };
    const topic = new Topic<string>({ clock, heartbeat: { everyMs: 10, item } });
    const sink = join(topic, new Recorder());
    clock.advance(20);
    expect(sink.items).toEqual(["beat"]);
    expect(topic.stats()).toMatchObject({ failures: 1, heartbeats: 1 });
  });

  it("does not cut in while a sink is taking an item", () => {
    const { clock, topic } = beating();
    const first = new Recorder<string>(9, (item) => {
      if (item === "a") clock.advance(100);
    });
    join(topic, first);
    const second = join(topic, new Recorder());
    publishAll(topic, "a");
    expect(first.items).toEqual(["a"]);
    expect(second.items).toEqual(["a"]);
  });
});

describe("presence", () => {
  it("is reported when the first has come and when the last has left", () => {
    const topic = new Topic<number>();
    const reports: boolean[] = [];
    topic.onPresence((present) => reports.push(present));
    const one = join(topic, new Recorder());
    const two = join(topic, new Recorder());
    one.subscription?.close();
    expect(reports).toEqual([true]);
    two.subscription?.close();
    expect(reports).toEqual([true, false]);
    join(topic, new Recorder(), AbortSignal.abort());
    expect(reports).toEqual([true, false]);
    join(topic, new Recorder());
    topic.close();
    expect(reports).toEqual([true, false, true, false]);
  });

  it("is reported in step when a listener itself makes somebody leave", () => {
    const topic = new Topic<number>();
    const reports: boolean[] = [];
    topic.onPresence((present) => {
      if (present) topic.endSubscribers();
    });
    topic.onPresence((present) => reports.push(present));
    const sink = join(topic, new Recorder());
    expect(sink.ended).toBe("normally");
    expect(reports).toEqual([true, false]);
  });
});

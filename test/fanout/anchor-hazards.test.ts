import { describe, expect, it } from "vitest";
import { Topic } from "../../src/fanout/topic.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { codeOf, Outcome, Recorder, turn } from "./recorder.js";

/** What was found broken in the stream manager this one was asked to replace, one by one. */
describe("hazards of the model this replaces", () => {
  const ways = ["close", "abort", "throw", "endSubscribers"] as const;

  it.each(ways)("a subscriber that leaves while full (%s) frees the publisher", async (way) => {
    const topic = new Topic<number>({ policy: "fifo", queueSize: 1 });
    const controller = new AbortController();
    const sink = new Recorder<number>(1, (item) => {
      if (item === 2) throw new Error("connection reset");
    });
    sink.subscription = topic.subscribe(sink, { signal: controller.signal });
    const other = new Recorder<number>();
    topic.subscribe(other);
    const outcomes = [1, 2, 3, 4].map((item) => new Outcome(topic.publish(item)));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual([
      "resolved",
      "resolved",
      "pending",
      "pending",
    ]);
    if (way === "close") sink.subscription.close();
    if (way === "abort") controller.abort();
    if (way === "throw") sink.resume();
    if (way === "endSubscribers") topic.endSubscribers(new Error("server shutting down"));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual(Array(4).fill("resolved"));
    expect(topic.stats()).toMatchObject({ waiting: 0, queued: 0, blocked: 0 });
    const later = new Recorder<number>();
    topic.subscribe(later);
    await topic.publish(5);
    expect(later.items).toEqual([4, 5]);
    if (way !== "endSubscribers") expect(other.items).toEqual([1, 2, 3, 4, 5]);
  });

  it("frees the publisher also when all subscribers are full and all leave", async () => {
    const topic = new Topic<number>({ policy: "fifo" });
    const sinks = Array.from({ length: 5 }, () => {
      const sink = new Recorder<number>(1);
      sink.subscription = topic.subscribe(sink);
      return sink;
    });
    const outcomes = [1, 2, 3].map((item) => new Outcome(topic.publish(item)));
    for (const sink of sinks) {
      await turn();
      expect(outcomes[2]?.state).toBe("pending");
      sink.subscription?.close();
    }
    await turn();
    expect(outcomes[2]?.state).toBe("resolved");
  });

  it("the queue of publishers is bounded, and a refused publish reaches nobody", async () => {
    const topic = new Topic<number>({ policy: "fifo", maxWaiting: 3 });
    const slow = new Recorder<number>(1);
    slow.subscription = topic.subscribe(slow);
    const fast = new Recorder<number>();
    topic.subscribe(fast);
    const outcomes = [1, 2, 3, 4, 5, 6, 7].map((item) => new Outcome(topic.publish(item)));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual([
      "resolved",
      "resolved",
      "pending",
      "pending",
      "pending",
      "topic_publish_overflow",
      "topic_publish_overflow",
    ]);
    expect(topic.stats()).toMatchObject({ waiting: 3, overflows: 2 });
    slow.resume();
    await topic.publish(8);
    expect(slow.items).toEqual([1, 2, 3, 4, 5, 8]);
    expect(fast.items).toEqual([1, 2, 3, 4, 5, 8]);
  });

  it.each([null, undefined])("a published %s is replayed", (nothing) => {
    const topic = new Topic<null | undefined>();
    topic.publish(nothing);
    const sink = new Recorder<null | undefined>();
    topic.subscribe(sink);
    expect(sink.items).toEqual([nothing]);
  });

  it("one slow reader delays the others by evictAfterMs once, when eviction is on", async () => {
    const clock = new ManualClock();
    const topic = new Topic<number>({ policy: "fifo", slow: { evictAfterMs: 50 }, clock });
    const dead = new Recorder<number>(1);
    topic.subscribe(dead);
    const fast = new Recorder<number>();
    topic.subscribe(fast);
    const all = Array.from({ length: 100 }, (_, i) => i);
    const outcomes = all.map((item) => new Outcome(topic.publish(item)));
    clock.advance(50);
    await turn();
    expect(fast.items).toEqual(all);
    expect(outcomes.every(({ state }) => state === "resolved")).toBe(true);
    expect(codeOf(dead.ended)).toBe("topic_subscriber_evicted");
  });

  it("one slow reader of `latest` delays nobody", async () => {
    const topic = new Topic<number>();
    topic.subscribe(new Recorder<number>(1));
    const fast = new Recorder<number>();
    topic.subscribe(fast);
    const outcomes = [1, 2, 3, 4].map((item) => new Outcome(topic.publish(item)));
    await turn();
    expect(outcomes.map(({ state }) => state)).toEqual(Array(4).fill("resolved"));
    expect(fast.items).toEqual([1, 2, 3, 4]);
  });

  it("a queue size of 0 is refused instead of meaning no bound at all", () => {
    expect(() => new Topic({ queueSize: 0 })).toThrow("queueSize must be a whole number");
  });

  it("the topic ends its subscribers when the server shuts down", () => {
    const topic = new Topic<number>();
    const sink = new Recorder<number>();
    topic.subscribe(sink);
    topic.close();
    expect(sink.ended).toBe("normally");
  });
});

import { describe, expect, it } from "vitest";
import { SluiceError } from "../../src/errors.js";
import { KeyedTopics, type KeyedTopicsOptions } from "../../src/fanout/keyed-topics.js";
import { Topic } from "../../src/fanout/topic.js";
import { resolveTopicOptions, type TopicOptions } from "../../src/fanout/topic-options.js";

function violations(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== "topic_options_invalid") throw error;
    for (const { field } of error.violations) expect(error.message).toContain(field);
    return error.violations.map(({ field }) => field);
  }
  return [];
}

describe("topic options", () => {
  it("have the documented defaults", () => {
    expect(resolveTopicOptions({})).toMatchObject({
      policy: "latest",
      queueSize: 1,
      replay: 1,
      evictAfterMs: undefined,
      maxSubscribers: 10_000,
      maxWaiting: 1_024,
      maxQueueBytes: 16_777_216,
    });
  });

  it.each<[string, unknown]>([
    ["policy", "newest"],
    ["policy", null],
    ["queueSize", 0],
    ["queueSize", 1.5],
    ["queueSize", "1"],
    ["queueSize", Number.POSITIVE_INFINITY],
    ["replay", -1],
    ["replay", Number.NaN],
    ["replay", "yes"],
    ["maxSubscribers", 0],
    ["maxWaiting", 0],
    ["maxQueueBytes", 0],
    ["sizeOf", 8],
  ])("refuse %s: %s", (name, value) => {
    expect(violations(() => new Topic({ [name]: value }))).toEqual([name]);
    expect(violations(() => new KeyedTopics({ [name]: value }))).toEqual([name]);
  });

  it.each<[string, TopicOptions<unknown>]>([
    ["slow", { slow: { evictAfterMs: 5 } }],
    ["slow.evictAfterMs", { policy: "fifo", slow: { evictAfterMs: 0 } }],
    ["slow.evictAfterMs", { policy: "fifo", slow: { evictAfterMs: 2 ** 31 } }],
    ["slow.evictAfterMs", { policy: "fifo", slow: "evict" as "block" }],
    ["slow.evictAfterMs", { policy: "fifo", slow: null as unknown as "block" }],
    ["heartbeat.everyMs", { heartbeat: { everyMs: 0, item: () => 1 } }],
    ["heartbeat.everyMs", { heartbeat: { everyMs: 2 ** 31, item: () => 1 } }],
    ["heartbeat.item", { heartbeat: { everyMs: 1, item: 1 as never } }],
  ])("refuse a wrong %s in %j", (name, options) => {
    expect(violations(() => new Topic(options))).toEqual([name]);
  });

  it.each<[string, KeyedTopicsOptions<unknown>]>([
    ["maxKeys", { maxKeys: 0 }],
    ["idleMs", { idleMs: -1 }],
    ["idleMs", { idleMs: 2 ** 31 }],
  ])("of keyed topics refuse a wrong %s in %j", (name, options) => {
    expect(violations(() => new KeyedTopics(options))).toEqual([name]);
  });

  it("are all named in one error", () => {
    const wrong = { queueSize: 0, maxWaiting: -3, policy: "x" as "fifo", maxKeys: 0 };
    expect(violations(() => new KeyedTopics(wrong))).toEqual([
      "maxKeys",
      "policy",
      "queueSize",
      "maxWaiting",
    ]);
  });
});

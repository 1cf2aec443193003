import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedTopics } from "../../src/fanout/keyed-topics.js";
import { sharedSource } from "../../src/fanout/shared-source.js";
import { topicIterable } from "../../src/fanout/stream.js";
import { Topic } from "../../src/fanout/topic.js";
import { Recorder, turn } from "./recorder.js";

/** One run of a source that yields what the test tells it to. */
class ManualRun {
  returned = false;
  private readonly values: string[] = [];
  private wake: (() => void) | undefined;
  private outcome: { error?: unknown } | undefined;

  constructor(
    readonly name: string,
    readonly signal: AbortSignal,
  ) {}

  /** Values are named after their run, so that a stray one is noticed. */
  yield(...values: (string | number)[]): void {
    this.values.push(...values.map((value) => `${this.name}:${value}`));
    this.wake?.();
  }

  end(): void {
    this.outcome = {};
    this.wake?.();
  }

  fail(error: unknown): void {
    this.outcome = { error };
    this.wake?.();
  }

  /** Ignores its signal altogether. */
  async *items(): AsyncGenerator<string> {
    try {
      for (;;) {
        while (this.values.length > 0) yield this.values.shift() as string;
        if (this.outcome && "error" in this.outcome) throw this.outcome.error;
        if (this.outcome) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      this.returned = true;
    }
  }
}

class ManualSource {
  readonly runs: ManualRun[] = [];

  readonly start = (signal: AbortSignal): AsyncIterable<string> => {
    const run = new ManualRun(String.fromCharCode(97 + this.runs.length), signal);
    this.runs.push(run);
    return run.items();
  };

  /** The run that was started as the `n`th, from 0. */
  run(n: number): ManualRun {
    const run = this.runs[n];
    if (run === undefined) throw new Error(`run ${n} was not started`);
    return run;
  }
}

function setup(options: ConstructorParameters<typeof Topic<string>>[0] = {}) {
  const topic = new Topic<string>(options);
  const source = new ManualSource();
  const shared = sharedSource(topic, source.start);
  const join = (sink = new Recorder<string>()) => {
    sink.subscription = topic.subscribe(sink);
    return sink;
  };
  return { topic, source, shared, join };
}

describe("a shared source", () => {
  it("is started by the first subscriber, once for all of them", async () => {
    const { source, shared, join } = setup();
    expect(source.runs).toHaveLength(0);
    expect(shared.running).toBe(false);
    const one = join();
    const two = join();
    expect(source.runs).toHaveLength(1);
    expect(shared.running).toBe(true);
    source.run(0).yield(1, 2);
    await turn();
    expect([one.items, two.items]).toEqual([
      ["a:1", "a:2"],
      ["a:1", "a:2"],
    ]);
  });

  it("is started at once where somebody is there already", () => {
    const topic = new Topic<string>();
    topic.subscribe(new Recorder());
    const source = new ManualSource();
    sharedSource(topic, source.start);
    expect(source.runs).toHaveLength(1);
  });

  it("is stopped after the last subscriber, and started anew for the next", async () => {
    const { source, shared, join } = setup();
    const one = join();
    const two = join();
    one.subscription?.close();
    expect(source.run(0).signal.aborted).toBe(false);
    two.subscription?.close();
    expect(source.run(0).signal.aborted).toBe(true);
    expect(shared.running).toBe(false);
    const three = join();
    source.run(1).yield(1);
    await turn();
    expect(three.items).toEqual(["b:1"]);
  });

  it("runs the `finally` of a generator that waits at a yield when it is stopped", async () => {
    const { source, join } = setup({ policy: "fifo" });
    const slow = join(new Recorder(1));
    source.run(0).yield(1, 2, 3);
    await turn();
    expect(source.run(0).returned).toBe(false);
    slow.subscription?.close();
    await turn();
    expect(source.run(0).returned).toBe(true);
  });

  it("gives a newcomer the last value while it runs, but none of a run that has stopped", async () => {
    const { source, topic, join } = setup();
    const one = join();
    source.run(0).yield(1);
    await turn();
    const two = join();
    expect(two.items).toEqual(["a:1"]);
    one.subscription?.close();
    two.subscription?.close();
    expect(topic.hasReplay).toBe(false);
    expect(join().items).toEqual([]);
  });

  it("that ignores its signal neither leaks into the next run nor blocks anybody", async () => {
    const { source, join } = setup();
    join().subscription?.close();
    const later = join();
    source.run(0).yield("late");
    source.run(1).yield(1);
    await turn();
    expect(later.items).toEqual(["b:1"]);
    source.run(0).fail(new Error("late too"));
    await turn();
    expect(later.ended).toBeUndefined();
    expect(source.run(0).returned).toBe(true);
  });

  it("that fails only after it was stopped fails nobody", async () => {
    const { source, join } = setup();
    join().subscription?.close();
    const later = join();
    source.run(0).fail(new Error("too late"));
    await turn();
    expect(later.ended).toBeUndefined();
    expect(source.run(1).signal.aborted).toBe(false);
  });

  it("that fails while it is being returned is let go", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listener);
    const topic = new Topic<number>({ policy: "fifo" });
    sharedSource(topic, async function* () {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        await Promise.reject(new Error("in finally"));
      }
    });
    const subscription = topic.subscribe(new Recorder(1));
    await turn();
    subscription.close();
    await turn();
    await turn();
    process.off("unhandledRejection", listener);
    expect(unhandled).toEqual([]);
  });

  it("that is a plain iterator is asked for nothing more once it ended or was stopped", async () => {
    const calls: string[] = [];
    const topic = new Topic<number>({ policy: "fifo" });
    sharedSource<number>(topic, () => ({
      [Symbol.asyncIterator]: () => ({
        next(): Promise<IteratorResult<number>> {
          calls.push("next");
          const done = calls.length === 3;
          return Promise.resolve(done ? { value: undefined, done } : { value: 1, done });
        },
        return() {
          calls.push("return");
          return Promise.resolve({ value: undefined, done: true as const });
        },
      }),
    }));
    topic.subscribe(new Recorder());
    await turn();
    expect(calls).toEqual(["next", "next", "next"]);
    const slow = topic.subscribe(new Recorder(1));
    await turn();
    calls.length = 0;
    slow.close();
    await turn();
    expect(calls).toEqual(["return"]);
  });

  it("whose late publish was still waiting for its turn leaks nothing either", async () => {
    const { source, topic, join } = setup({ policy: "fifo" });
    const slow = join(new Recorder(1));
    for (const item of ["x", "y", "z"]) topic.publish(item);
    source.run(0).yield("late");
    await turn();
    expect(topic.stats().waiting).toBe(2);
    slow.subscription?.close();
    expect(topic.stats().waiting).toBe(0);
    expect(join().items).toEqual([]);
  });

  it("is slowed down by a slow subscriber of `fifo`", async () => {
    const { source, join } = setup({ policy: "fifo" });
    const slow = join(new Recorder(1));
    const fast = join();
    source.run(0).yield(1, 2, 3, 4, 5);
    await turn();
    expect(fast.items).toEqual(["a:1", "a:2", "a:3"]);
    slow.resume();
    await turn();
    expect(slow.items).toEqual(["a:1", "a:2", "a:3", "a:4", "a:5"]);
    expect(fast.items).toEqual(slow.items);
  });

  it("ends everybody when it ends, and starts afresh for the next", async () => {
    const { source, topic, shared, join } = setup();
    const one = join();
    const two = join();
    source.run(0).yield(1);
    source.run(0).end();
    await turn();
    expect([one.ended, two.ended]).toEqual(["normally", "normally"]);
    expect(one.items).toEqual(["a:1"]);
    expect(shared.running).toBe(false);
    expect(topic.hasReplay).toBe(false);
    const three = join();
    source.run(1).yield(1);
    await turn();
    expect(three.items).toEqual(["b:1"]);
    expect(source.runs).toHaveLength(2);
  });

  it.each([new Error("why"), "why", null])(
    "that throws %s ends everybody with that",
    async (why) => {
      const { source, topic, join } = setup();
      const one = join();
      source.run(0).yield(1);
      source.run(0).fail(why);
      await turn();
      expect(one.items).toEqual(["a:1"]);
      if (why === null) expect(one.ended).toBeInstanceOf(Error);
      else expect(one.ended).toBe(why);
      expect(source.run(0).signal.aborted).toBe(true);
      expect(topic.hasReplay).toBe(false);
      join();
      expect(source.runs).toHaveLength(2);
    },
  );

  it.each<[string, (signal: AbortSignal) => AsyncIterable<string>]>([
    [
      "throws at once",
      () => {
        throw new Error("cannot start");
      },
    ],
    ["returns nothing iterable", () => undefined as unknown as AsyncIterable<string>],
    [
      "yields from what throws at once",
      () => ({
        [Symbol.asyncIterator]: () => ({
          next() {
            throw new Error("cannot start");
          },
          return() {
            throw new Error("cannot return");
          },
        }),
      }),
    ],
  ])("that %s ends the subscriber with the error", async (_, start) => {
    const topic = new Topic<string>();
    const shared = sharedSource(topic, start);
    const sink = new Recorder<string>();
    sink.subscription = topic.subscribe(sink);
    await turn();
    expect(sink.ended).toBeInstanceOf(Error);
    expect(sink.subscription.closed).toBe(true);
    expect(shared.running).toBe(false);
  });

  it("that always fails at once leaves the event loop alone, though its subscriber insists", async () => {
    const topic = new Topic<string>();
    let starts = 0;
    sharedSource(topic, () => {
      starts++;
      throw new Error("cannot start");
    });
    let ends = 0;
    const insisting = {
      write: () => true,
      end() {
        ends++;
        topic.subscribe(insisting);
      },
    };
    topic.subscribe(insisting);
    expect(starts).toBe(1);
    await turn();
    await turn();
    expect(starts).toBeGreaterThan(1);
    expect(starts).toBeLessThan(5);
    expect(ends).toBe(starts);
    topic.close();
  });

  it("that never waits does not starve the event loop", async () => {
    const topic = new Topic<number>();
    let yielded = 0;
    sharedSource(topic, async function* () {
      for (;;) yield yielded++;
    });
    const sink = new Recorder<number>();
    const subscription = topic.subscribe(sink);
    await turn();
    expect(yielded).toBeGreaterThan(0);
    expect(yielded).toBeLessThan(2_000);
    subscription.close();
    const when = yielded;
    await turn();
    await turn();
    expect(yielded).toBeLessThanOrEqual(when + 1);
  });

  it("is stopped when the topic closes", async () => {
    const { source, topic, shared, join } = setup();
    const sink = join();
    topic.close("why");
    expect(sink.ended).toBe("why");
    expect(source.run(0).signal.aborted).toBe(true);
    expect(shared.running).toBe(false);
    source.run(0).yield("late");
    await turn();
    expect(sink.items).toEqual([]);
  });

  it("ends everybody with the reason when its publish is refused", async () => {
    const { source, topic, join } = setup({ policy: "fifo", maxWaiting: 1 });
    const slow = join(new Recorder(1));
    for (const item of ["x", "y", "z"]) topic.publish(item);
    source.run(0).yield(1);
    await turn();
    expect(slow.ended).toMatchObject({ code: "topic_publish_overflow" });
    await turn();
    expect(source.run(0).returned).toBe(true);
  });

  it("feeds loops", async () => {
    const { source, topic } = setup();
    const controller = new AbortController();
    const taken: string[] = [];
    const loop = (async () => {
      for await (const item of topicIterable(topic, { signal: controller.signal })) {
        taken.push(item);
        if (item === "a:2") break;
      }
    })();
    source.run(0).yield(1, 2, 3);
    await loop;
    expect(taken).toEqual(["a:1", "a:2"]);
    expect(source.run(0).signal.aborted).toBe(true);
  });

  it("works for every key by itself, and leaves no key behind", async () => {
    const sources = new Map<string, ManualSource>();
    const topics = new KeyedTopics<string>({
      source(key, signal) {
        const source = sources.get(key) ?? new ManualSource();
        sources.set(key, source);
        return source.start(signal);
      },
    });
    const sinks = ["x", "x", "y"].map((key) => {
      const sink = new Recorder<string>();
      sink.subscription = topics.subscribe(key, sink);
      return sink;
    });
    sources.get("x")?.run(0).yield("of x");
    sources.get("y")?.run(0).yield("of y");
    await turn();
    expect(sinks.map(({ items }) => items)).toEqual([["a:of x"], ["a:of x"], ["a:of y"]]);
    for (const sink of sinks) sink.subscription?.close();
    expect(sources.get("x")?.run(0).signal.aborted).toBe(true);
    expect(topics.size).toBe(0);
    const later = new Recorder<string>();
    topics.subscribe("x", later);
    sources.get("x")?.run(0).yield("late");
    sources.get("x")?.run(1).yield(1);
    await turn();
    expect(later.items).toEqual(["b:1"]);
    sources.get("x")?.run(1).end();
    await turn();
    expect(later.ended).toBe("normally");
    expect(topics.size).toBe(0);
  });
});

describe("a shared source, whatever comes first", () => {
  it.each(["latest", "fifo"] as const)(
    "with %s has one run at a time and mixes none",
    async (policy) => {
      const visits = fc.array(
        fc.record({ room: fc.integer({ min: 1, max: 4 }), resumes: fc.nat(3) }),
        {
          minLength: 1,
          maxLength: 5,
        },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          visits,
          fc.nat(3),
          fc.boolean(),
          async (s, visits, ends, obeys) => {
            const live = new Set<number>();
            let mostLive = 0;
            let runs = 0;
            let willEnd = ends;
            const topic = new Topic<string>({ policy, replay: 2 });
            const shared = sharedSource(topic, async function* (signal) {
              const run = runs++;
              live.add(run);
              mostLive = Math.max(mostLive, live.size);
              signal.addEventListener("abort", () => live.delete(run));
              for (let i = 0; i < 6; i++) {
                await s.schedule(Promise.resolve(), `run ${run} yields ${i}`);
                if (obeys && signal.aborted) return;
                yield `${run}:${i}`;
              }
              live.delete(run);
              if (willEnd-- > 0) return;
              throw new Error("out of values");
            });
            const sinks: Recorder<string>[] = [];
            visits.forEach(({ room, resumes }, i) => {
              const sink = new Recorder<string>(room);
              s.scheduleSequence([
                async () => {
                  sink.subscription = topic.subscribe(sink);
                  sinks.push(sink);
                },
                ...Array.from({ length: resumes }, () => async () => sink.resume(room)),
                { label: `${i} leaves`, builder: async () => sink.subscription?.close() },
              ]);
            });
            await s.waitAll();
            await turn();

            expect(mostLive).toBe(1);
            expect(live.size).toBe(0);
            expect(shared.running).toBe(false);
            expect(topic.hasReplay).toBe(false);
            expect(topic.stats()).toMatchObject({
              subscribers: 0,
              queued: 0,
              waiting: 0,
              blocked: 0,
            });
            for (const sink of sinks) {
              expect(sink.allFaults()).toEqual([]);
              const of = sink.items.map((item) => item.split(":").map(Number) as [number, number]);
              const positions = of.map(([, position]) => position);
              expect(new Set(of.map(([run]) => run)).size).toBeLessThanOrEqual(1);
              expect(positions).toEqual([...new Set(positions)].sort());
              if (policy === "fifo" && positions.length > 0) {
                expect(positions.at(-1)).toBe((positions[0] as number) + positions.length - 1);
              }
            }
          },
        ),
        { numRuns: 300 },
      );
    },
  );
});

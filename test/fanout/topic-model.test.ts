import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Topic } from "../../src/fanout/topic.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { codeOf, Outcome, Recorder, thrownBy, turn } from "./recorder.js";
import { type ModelOptions, sizeOf, TopicModel } from "./topic-model.js";

/** The topic under test, and everything around it that can be looked at. */
class Real {
  readonly clock = new ManualClock();
  readonly topic: Topic<number>;
  readonly sinks: Recorder<number>[] = [];
  readonly controllers: AbortController[] = [];
  readonly outcomes: Outcome[] = [];

  constructor(options: ModelOptions) {
    const { evictAfterMs, heartbeatMs, ...rest } = options;
    this.topic = new Topic<number>({
      ...rest,
      clock: this.clock,
      sizeOf,
      ...(evictAfterMs && { slow: { evictAfterMs } }),
      ...(heartbeatMs && { heartbeat: { everyMs: heartbeatMs, item: () => -1 } }),
    });
  }
}

type Command = fc.AsyncCommand<TopicModel, Real>;

/** A command from what it does to both; afterwards both are compared in everything visible. */
function command(name: string, run: (model: TopicModel, real: Real) => void): Command {
  return {
    check: () => true,
    async run(model, real) {
      run(model, real);
      await turn();
      compare(model, real);
    },
    toString: () => name,
  };
}

function compare(model: TopicModel, real: Real): void {
  expect(real.sinks.map(({ items }) => items)).toEqual(model.subscribers.map(({ got }) => got));
  expect(real.sinks.map(({ ended }) => codeOf(ended))).toEqual(
    model.subscribers.map(({ ended }) => ended),
  );
  expect(real.sinks.map(({ subscription }) => subscription?.closed)).toEqual(
    model.subscribers.map(({ present }) => !present),
  );
  expect(real.sinks.flatMap((sink) => sink.allFaults())).toEqual([]);
  expect(real.outcomes.map(({ state }) => state)).toEqual(
    model.publishes.map(({ state }) =>
      state === "waiting" || state === "begun" ? "pending" : state,
    ),
  );
  const queues = model.present.flatMap(({ queue }) => queue);
  expect(real.topic.stats()).toEqual({
    ...model.stats,
    refused: model.refused,
    subscribers: model.present.length,
    blocked: model.present.filter(({ blocked }) => blocked).length,
    queued: queues.length,
    queuedBytes: queues.reduce((sum, item) => sum + sizeOf(item), 0),
    waiting: model.waiting,
  });
  expect(real.topic.hasReplay).toBe(model.kept.length > 0);
  if (model.present.length === 0) expect(real.clock.pending).toBe(0);
}

/** Picks one of the subscribers there have been so far, if any. */
function pick<T>(list: T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

const room = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(1_000));
const index = fc.nat(5);
const error = fc.constantFrom(undefined, "an error");

const subscribe = room.map((room) =>
  command(`subscribe(${room})`, (model, real) => {
    const sink = new Recorder<number>(room);
    const controller = new AbortController();
    const refused = model.subscribe(room);
    const thrown = thrownBy(() => {
      sink.subscription = real.topic.subscribe(sink, { signal: controller.signal });
      real.sinks.push(sink);
      real.controllers.push(controller);
    });
    expect(thrown).toBe(refused ?? "nothing thrown");
  }),
);

const publish = fc.integer({ min: 1, max: 5 }).map((count) =>
  command(`publish ${count}`, (model, real) => {
    for (let i = 0; i < count; i++) {
      const item = model.publishes.length + 1;
      model.publish(item);
      real.outcomes.push(new Outcome(real.topic.publish(item)));
    }
  }),
);

const leave = fc.record({ index, abort: fc.boolean() }).map(({ index, abort }) =>
  command(`${abort ? "abort" : "close"}(${index})`, (model, real) => {
    const subscriber = pick(model.subscribers, index);
    if (subscriber === undefined) return;
    model.leave(subscriber);
    if (abort) pick(real.controllers, index)?.abort();
    else pick(real.sinks, index)?.subscription?.close();
  }),
);

const pause = index.map((index) =>
  command(`pause(${index})`, (model, real) => {
    const subscriber = pick(model.subscribers, index);
    if (subscriber !== undefined) subscriber.blocked = true;
    pick(real.sinks, index)?.pause();
  }),
);

const resume = fc.record({ index, room }).map(({ index, room }) =>
  command(`resume(${index}, ${room})`, (model, real) => {
    const subscriber = pick(model.subscribers, index);
    if (subscriber !== undefined) model.resume(subscriber, room);
    pick(real.sinks, index)?.resume(room);
  }),
);

const endSubscribers = error.map((error) =>
  command(`endSubscribers(${error})`, (model, real) => {
    model.endAll(error);
    real.topic.endSubscribers(error);
  }),
);

const close = error.map((error) =>
  command(`close(${error})`, (model, real) => {
    model.close(error);
    real.topic.close(error);
  }),
);

const clearReplay = fc.constant(
  command("clearReplay()", (model, real) => {
    model.kept = [];
    real.topic.clearReplay();
  }),
);

const advance = fc.integer({ min: 1, max: 25 }).map((ms) =>
  command(`advance(${ms})`, (model, real) => {
    model.advance(ms);
    real.clock.advance(ms);
  }),
);

/** The rare ones come late and seldom, else most runs would be over before they began. */
const commands = fc.commands(
  [
    subscribe,
    publish,
    publish,
    leave,
    pause,
    resume,
    resume,
    advance,
    clearReplay,
    fc.oneof({ weight: 4, arbitrary: publish }, { weight: 1, arbitrary: endSubscribers }),
    fc.oneof({ weight: 9, arbitrary: publish }, { weight: 1, arbitrary: close }),
  ],
  { maxCommands: 40, size: "max" },
);

const limits = {
  queueSize: fc.integer({ min: 1, max: 4 }),
  replay: fc.integer({ min: 0, max: 6 }),
  maxWaiting: fc.integer({ min: 1, max: 4 }),
  maxSubscribers: fc.integer({ min: 1, max: 5 }),
  maxQueueBytes: fc.integer({ min: 1, max: 12 }),
};
const time = fc.constantFrom({}, { heartbeatMs: 7 });
const latest = fc
  .record({ policy: fc.constant("latest" as const), ...limits })
  .chain((rest) => time.map((time): ModelOptions => ({ ...rest, ...time })));
const fifo = fc
  .record({ policy: fc.constant("fifo" as const), ...limits })
  .chain((rest) =>
    fc.oneof(time, fc.constant({ evictAfterMs: 10 })).map((time) => ({ ...rest, ...time })),
  );

describe("a topic does what its model does", () => {
  it.each<[string, fc.Arbitrary<ModelOptions>]>([
    ["latest", latest],
    ["fifo", fifo],
  ])("with policy %s", async (_, options) => {
    await fc.assert(
      fc.asyncProperty(options, commands, async (options, commands) => {
        const setup = () => ({ model: new TopicModel(options), real: new Real(options) });
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 400 },
    );
  });
});

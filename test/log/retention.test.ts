import { expect, test, vi } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import type { LogOptions } from "../../src/log/log-options.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { LateStorage } from "./late-storage.js";

async function open(options: Partial<LogOptions> = {}) {
  const clock = { seconds: 1_000 };
  const log = await EventLog.open({
    storage: new MemoryStorage(),
    now: () => timestampFromSeconds(clock.seconds),
    ...options,
  });
  return { log, clock, [Symbol.asyncDispose]: () => log.close() };
}

async function fill(log: EventLog, count: number, type = "a"): Promise<void> {
  for (let i = 0; i < count; i++) await log.append([{ type: [type], payload: { json: i } }]);
}

async function kept(log: EventLog, type = "a"): Promise<unknown[]> {
  const query = { types: [[type]], order: "ascending" } as const;
  return (await log.queryTimeseries(query)).events.map(({ payload }) =>
    payload && "json" in payload ? payload.json : undefined,
  );
}

test("the first rule that matches is the one for a type; others are kept", async () => {
  const retention = [
    { types: [["a"]], maxEntries: 2 },
    { types: [["*"]], maxEntries: 5, minEntries: 0 },
  ];
  await using opened = await open({ retention });
  const { log } = opened;
  await fill(log, 4, "a");
  await fill(log, 4, "b");
  await fill(log, 3, "c");
  expect(await log.cleanUp()).toEqual({ removed: 4, released: 0 });
  expect(await kept(log, "a")).toEqual([2, 3]);
  expect(await kept(log, "b")).toEqual([2, 3]);
  expect(await kept(log, "c")).toEqual([0, 1, 2]);
});

test("what is too old goes, but for the latest of a type, which is no history any more", async () => {
  const storage = new MemoryStorage();
  const retention = [{ types: [["*"]], maxAgeSeconds: 10 }];
  const opened = await open({ storage, retention });
  const { log, clock } = opened;
  await fill(log, 3);
  clock.seconds += 11;
  await fill(log, 1, "b");
  expect(await log.cleanUp()).toEqual({ removed: 2, released: 1 });
  expect(await kept(log)).toEqual([]);
  const latest = async (of: EventLog) =>
    (await of.queryLatest()).events.map(({ payload }) => payload);
  expect(await latest(log)).toEqual([{ json: 2 }, { json: 0 }]);
  await log.close();

  await using again = await open({ storage, retention });
  again.clock.seconds = clock.seconds;
  expect(await latest(again.log)).toEqual([{ json: 2 }, { json: 0 }]);
  await fill(again.log, 1);
  expect(await again.log.cleanUp()).toEqual({ removed: 1, released: 0 });
  expect((await again.log.queryServer({ server: 1 })).events).toHaveLength(2);
});

test("an event that was the last of its type goes when there is another, whenever that came", async () => {
  for (let turns = 0; turns < 40; turns++) {
    const storage = new LateStorage(1);
    await using opened = await open({ storage, retention: [{ types: [["*"]], maxEntries: 0 }] });
    const { log } = opened;
    storage.isLateToRead = true;
    await log.append([{ type: ["a"] }]);
    const cleaning = log.cleanUp();
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    await log.append([{ type: ["a"] }]);
    await cleaning;
    await log.cleanUp();
    await log.cleanUp();
    const { events } = await log.queryServer({ server: 1 });
    expect(events.map(({ id }) => id.session)).toEqual([2]);
  }
});

test("ids and versions go on where they were when nothing is left", async () => {
  const storage = new MemoryStorage();
  const options = {
    storage,
    retention: [{ types: [["*"]], maxEntries: 0 }],
    latest: { types: [] },
  };
  {
    await using opened = await open(options);
    const { log } = opened;
    for (let i = 0; i < 3; i++) await log.append([{ type: ["a"], streamKey: "s" }]);
    expect(await log.cleanUp()).toEqual({ removed: 3, released: 0 });
  }
  await using opened = await open(options);
  const { log } = opened;
  expect((await log.queryServer({ server: 1 })).events).toEqual([]);
  const { events } = await log.append([{ type: ["a"], streamKey: "s" }]);
  expect(events[0]).toMatchObject({ id: { session: 4 }, stream: { version: 4 } });
});

test("a rule that is new or changed governs what was there before", async () => {
  const storage = new MemoryStorage();
  {
    await using opened = await open({ storage });
    await fill(opened.log, 10);
  }
  {
    await using opened = await open({ storage, retention: [{ types: [["a"]], maxEntries: 7 }] });
    await opened.log.cleanUp();
    expect(await kept(opened.log)).toHaveLength(7);
  }
  await using opened = await open({ storage, retention: [{ types: [["?"]], maxBytes: 100 }] });
  await opened.log.cleanUp();
  // One byte of payload and 32 for each.
  expect(await kept(opened.log)).toEqual([7, 8, 9]);
});

test("it goes on by itself, and what comes meanwhile is left alone", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    await using opened = await open({
      retention: [{ types: [["a"]], maxEntries: 1 }],
      cleanUpEverySeconds: 5,
    });
    const { log } = opened;
    await fill(log, 3);
    vi.advanceTimersByTime(4_999);
    await new Promise(setImmediate);
    expect(await kept(log)).toHaveLength(3);
    vi.advanceTimersByTime(1);
    await vi.waitUntil(async () => (await kept(log)).length === 1);
  } finally {
    vi.useRealTimers();
  }
});

test("all mistakes in the options are told together", async () => {
  const options = {
    storage: new MemoryStorage(),
    server: -1,
    identifier: "",
    limits: { maxEvents: 0, maxEvent: 1 },
    retention: [{ types: [["*", "a"]], maxEntries: -1, maxAge: 1 }],
    conditions: [{ types: [["a"]], condition: { type: "some" } }],
    latest: { types: [["*", "a"]] },
    cleanUpEverySeconds: 0,
  };
  const error = await EventLog.open(options as never).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "log_options_invalid" });
  const { violations } = error as { violations: { field: string }[] };
  expect(violations.map(({ field }) => field)).toEqual([
    "server",
    "identifier",
    "limits.maxEvents",
    "limits.maxEvent",
    "conditions",
    "retention",
    "retention",
    "retention",
    "latest.types[0]",
    "cleanUpEverySeconds",
  ]);
});

test("an idempotency key is forgotten after its time, and no sooner", async () => {
  await using opened = await open({ keepAnswersSeconds: 100 });
  const { log, clock } = opened;
  const append = () => log.append([{ type: ["a"] }], { key: "k" });
  expect((await append()).replayed).toBe(false);
  clock.seconds += 100;
  await log.cleanUp();
  expect((await append()).replayed).toBe(true);
  clock.seconds += 1;
  await log.cleanUp();
  expect((await append()).replayed).toBe(false);
});

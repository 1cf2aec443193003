import { setImmediate as nextTurn } from "node:timers/promises";
import { App } from "sluice";
import { events, memory } from "sluice/events";
import { expect, onTestFinished, test } from "vitest";
import { newEvent } from "../../bench/log/events.js";
import * as catchUp from "../../bench/log/live/catch-up.js";
import { latencyP50Ms, latencyP99Ms, PacedAppends } from "../../bench/log/live/paced-appends.js";
import { field } from "../../bench/log/proto.js";
import * as appendRpc from "../../bench/log/rpc/append-rpc.js";
import { AppendedSessions } from "../../bench/log/rpc/appended-sessions.js";

async function start() {
  const store = events({ storage: memory(), announce: false });
  const app = new App({ name: "bench", package: "bench.v1" }).use(store);
  await app.finalize();
  const { url } = await app.listen({ port: 0 });
  onTestFinished(() => app.close({ graceMs: 0 }));
  return { log: store.log, url };
}

test.each(["h1", "h2"] as const)(
  "appends over %s are counted, and asked for again",
  async (protocol) => {
    const { log, url } = await start();
    const load = appendRpc.createLoad(url, { protocol, isStored: true });
    let total = 0;
    for (let round = 0; round < 2; round++) {
      await load.open();
      const { operations } = await load.run(0.05);
      expect(operations).toBeGreaterThan(63);
      total += operations;
      await load.close();
    }
    expect(log.lastEventId(1).session).toBe(total);
  },
);

test.each(["h1", "h2"] as const)(
  "an append over %s that no load made is noticed",
  async (protocol) => {
    const { log, url } = await start();
    const load = appendRpc.createLoad(url, { protocol, isStored: true });
    await load.open();
    const run = load.run(0.3);
    while (log.lastEventId(1).session === 0) await nextTurn();
    await log.append([newEvent(0)]);
    await run;
    await expect((async () => load.close())()).rejects.toThrow(/instead of/);
  },
);

function answer(...sessions: number[]): Buffer {
  const id = (session: number) => field(1, Buffer.concat([field(2, session), field(3, 1)]));
  return Buffer.concat(sessions.map((session) => field(1, id(session))));
}

test("sessions that are answered twice, or left out, are noticed", () => {
  const checked = (...sessions: number[]) => {
    const appended = new AppendedSessions();
    for (const session of sessions) appended.add(answer(session));
    return appended.check();
  };
  expect(checked(7, 5, 6)).toEqual([5, 7]);
  expect(() => checked(5, 7)).toThrow("2 instead of 3");
  expect(() => checked(5, 6, 6)).toThrow("3 instead of 2");
  expect(() => checked(5, 5, 7)).toThrow("the sum of these sessions: 17 instead of 18");
  const appended = new AppendedSessions();
  expect(() => appended.add(Buffer.alloc(0))).toThrow("wrong answer");
  expect(() => appended.add(answer(1, 2))).toThrow("wrong answer");
});

test("paced appends are all answered, also more than fit at once", async () => {
  const { log, url } = await start();
  const appends = new PacedAppends(new URL(url));
  onTestFinished(() => appends.close());
  await appends.connected;
  const { operations, seconds } = await appends.run(0.1, 200);
  expect([operations, log.lastEventId(1).session]).toEqual([20, 20]);
  // The last is due after 19 of 20 steps.
  expect(seconds).toBeGreaterThan(0.094);

  const hasty = new PacedAppends(new URL(url));
  onTestFinished(() => hasty.close());
  await hasty.connected;
  const { measured } = await hasty.run(0.01, 1e5);
  expect(log.lastEventId(1).session).toBe(1_020);
  expect(measured?.[latencyP99Ms]).toBeGreaterThan(measured?.[latencyP50Ms] ?? Number.NaN);
});

test("catching up counts all events", async () => {
  const { log, url } = await start();
  for (let number = 0; number < 300; number++) await log.append([newEvent(number)]);
  const load = catchUp.createLoad(url, { events: 300 });
  await load.open();
  expect((await load.run(0.001)).operations).toBe(300);
});

test("catching up on other events fails the load", async () => {
  const { log, url } = await start();
  await log.append([newEvent(0)]);
  await log.append([newEvent(2)]);
  const load = catchUp.createLoad(url, { events: 2 });
  await load.open();
  await expect(load.run(0.001)).rejects.toThrow("payload of event 2 instead of 1");
});

import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import type { SubscribeOptions } from "../../src/log/follow/subscribe-request.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";

const event = (name: string, streamKey?: string) => ({ type: [name], streamKey });
const id = (session: number, instance = 1) => ({ server: 1, session, instance });

/** What is waited for when the log is closed fails. */
const leave = (waiting: Promise<unknown>) => void waiting.catch(() => {});

function follow(log: EventLog, options: SubscribeOptions = {}) {
  const followed = log.subscribe(options);
  const iterator = followed[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await iterator.next();
    return "events" in value ? value.events.map(({ type }: { type: string[] }) => type[0]) : [];
  };
  return { followed, next };
}

test("a place is reached when what is there has been given and more is asked for", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  const { followed, next } = follow(log, { types: [["a"]] });
  expect(followed.reached).toBe(undefined);
  await next();
  expect(followed.reached).toMatchObject({ session: 0 });

  let given = next();
  await log.append([event("a"), event("b")]);
  expect(await given).toEqual(["a"]);
  expect(followed.reached).toMatchObject({ session: 0 });
  given = next();
  expect(followed.reached).toEqual(id(1, 2));
  // It moves on with what is not asked for, too.
  await log.append([event("b")]);
  await log.append([event("b"), event("a"), event("b")]);
  expect(await given).toEqual(["a"]);
  expect(followed.reached).toEqual(id(2));
  leave(next());
  expect(followed.reached).toEqual(id(3, 3));

  const later = follow(log);
  await later.next();
  expect(later.followed.reached).toEqual(id(3, 3));
});

test("of a stream it is a version, from which it goes on", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  await log.append([event("a", "s"), event("b", "t"), event("c", "s"), event("d", "s")]);
  const now = follow(log, { streamKey: "s" });
  await now.next();
  expect(now.followed.reached).toEqual({ version: 3 });
  const none = follow(log, { streamKey: "u" });
  await none.next();
  expect(none.followed.reached).toEqual({ version: 0 });
  for (const [version, names] of [
    [0, ["a", "c", "d"]],
    [1, ["c", "d"]],
    [3, []],
  ] as const) {
    const { followed, next } = follow(log, { streamKey: "s", from: { version } });
    expect(await next()).toEqual(names);
    leave(next());
    await new Promise(setImmediate);
    expect(followed.reached).toEqual({ version: 3 });
  }
  await expect(follow(log, { streamKey: "s", from: { version: 4 } }).next()).rejects.toMatchObject({
    code: "event_unknown",
  });
  expect(() => log.subscribe({ from: { version: 1 } })).toThrow("from.version needs a streamKey");
});

test("behind session 0 is everything, of a stream too", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  await log.append([event("a", "s"), event("b")]);
  const from = { server: 9, session: 0, instance: 0 };
  expect(await follow(log, { from }).next()).toEqual(["a", "b"]);
  expect(await follow(log, { from, streamKey: "s" }).next()).toEqual(["a"]);
});

test("the last event of a server is a place to go on from also when it has been removed", async () => {
  const retention = [{ types: [["*"]], maxEntries: 0 }];
  const latest = { types: [] };
  await using log = await EventLog.open({ storage: new MemoryStorage(), retention, latest });
  await log.append([event("a")]);
  await log.append([event("b")]);
  await log.cleanUp();
  expect((await log.queryTimeseries()).events).toEqual([]);
  await expect(follow(log, { from: id(1) }).next()).rejects.toMatchObject({
    code: "event_unknown",
  });
  const { next } = follow(log, { from: id(2) });
  expect(await next()).toEqual([]);
  const given = next();
  await log.append([event("c")]);
  expect(await given).toEqual(["c"]);
});

import { expect, test } from "vitest";
import type { ImportProgress } from "../../src/log/append/import-all.js";
import { EventLog } from "../../src/log/event-log.js";
import type { OpenProgress } from "../../src/log/log-options.js";
import type { Event } from "../../src/log/model/event.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { JournalStorage } from "./verify/journal-storage.js";

/** What a log tells while it opens. */
async function opening(storage: MemoryStorage, maxEntries?: number): Promise<OpenProgress[]> {
  const told: OpenProgress[] = [];
  const retention = maxEntries === undefined ? [] : [{ types: [["a"]], maxEntries }];
  const onProgress = (progress: OpenProgress) => told.push(progress);
  await (await EventLog.open({ storage, retention, onProgress })).close();
  return told;
}

test("opening tells how much it reads: what a crash has left, and what new rules count", async () => {
  const storage = new JournalStorage();
  const log = await EventLog.open({ storage });
  await Promise.all(Array.from({ length: 3_000 }, () => log.append([{ type: ["a"] }])));
  const crashed = await storage.crashed(1, 0);
  await log.close();

  const part = (name: string, done: number) => ({ part: name, done, total: 3_000 });
  expect(await opening(crashed)).toEqual([1_024, 2_048, 3_000].map((done) => part("index", done)));
  // It was closed.
  expect(await opening(crashed)).toEqual([]);
  expect(await opening(crashed, 5)).toEqual(
    [1_024, 2_048, 3_000].map((done) => part("rules", done)),
  );
  expect(await opening(crashed, 6)).toEqual([]);
});

function* eventsOf(sessions: number, perSession: number): Generator<Event> {
  for (let session = 1; session <= sessions; session++) {
    for (let instance = 1; instance <= perSession; instance++) {
      const id = { server: 7, session, instance };
      yield { id, type: ["a"], timestamp: timestampFromSeconds(session), payload: { json: 1 } };
    }
  }
}

test("an import of many events goes part by part, tells how far it is, and tears no session", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  const told: ImportProgress[] = [];
  const onProgress = (progress: ImportProgress) => told.push(progress);
  const skipped = { known: 0, late: 0, refused: 0, version: 0 };
  const result = await log.importAll(eventsOf(9, 300), { onProgress });
  expect(result).toEqual({ stored: 2_700, skipped });
  expect(told.map(({ stored, last }) => [stored, last.session])).toEqual([
    [1_200, 4],
    [2_400, 8],
    [2_700, 9],
  ]);
  const again = await log.importAll(eventsOf(10, 300));
  expect(again).toEqual({ stored: 300, skipped: { ...skipped, known: 2_700 } });
  expect((await log.queryTimeseries()).events).toHaveLength(3_000);
});

test("what an import takes from its source is bounded by number and by bytes", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  let taken = 0;
  const most: number[] = [];
  async function* source(events: Iterable<Event>) {
    for (const event of events) {
      taken++;
      yield event;
    }
  }
  await log.importAll(source(eventsOf(1, 25_000)), { onProgress: () => most.push(taken) });
  expect(most).toEqual([10_001, 20_001, 25_000]);
  const payload = { json: "x".repeat(2 ** 20 - 2) };
  const large = [...eventsOf(3, 10)].map((event) => ({
    ...event,
    id: { ...event.id, server: 8 },
    payload,
  }));
  taken = 0;
  most.length = 0;
  await log.importAll(source(large), { onProgress: () => most.push(taken) });
  expect(most).toEqual([9, 17, 25, 30]);
});

test("an import ends when nobody wants it any more, or when its source fails", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  const abort = new AbortController();
  const { signal } = abort;
  const onProgress = () => abort.abort(new Error("enough"));
  const imported = log.importAll(eventsOf(9, 1_000), { onProgress, signal });
  await expect(imported).rejects.toThrow("enough");
  expect(log.lastEventId(7)).toMatchObject({ session: 1, instance: 1_000 });
  async function* failing() {
    yield* eventsOf(3, 1_000);
    throw new Error("lost");
  }
  await expect(log.importAll(failing())).rejects.toThrow("lost");
  expect(log.lastEventId(7)).toMatchObject({ session: 2 });
});

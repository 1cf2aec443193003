import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";

/** A loop that has caught up, and asks for more. */
async function waiting(log: EventLog, signal?: AbortSignal) {
  const iterator = log.subscribe({ signal })[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual({ caughtUp: true });
  return iterator.next();
}

test("a subscription that is ended while it looks whether there is more does not wait for more", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  const reason = new Error("enough");
  for (let turns = 0; turns < 20; turns++) {
    const leave = new AbortController();
    const over = expect(waiting(log, leave.signal)).rejects.toBe(reason);
    for (let i = 0; i < turns; i++) await undefined;
    leave.abort(reason);
    await over;
  }
});

test("a log that is closed while a subscription looks whether there is more ends it", async () => {
  for (let turns = 0; turns < 20; turns++) {
    const log = await EventLog.open({ storage: new MemoryStorage() });
    const over = expect(waiting(log)).rejects.toMatchObject({ code: "log_closed" });
    for (let i = 0; i < turns; i++) await undefined;
    await log.close();
    await over;
  }
});

import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { sessionKey, tableCount, tables } from "../../src/log/tables.js";

test("a record that is cut off is told, also where only its time is looked at", async () => {
  const storage = new MemoryStorage();
  const log = await EventLog.open({ storage });
  for (let i = 0; i < 3; i++) await log.append([{ type: ["a"], payload: { json: i } }]);
  await log.close();
  await storage.open(tableCount);
  const key = sessionKey(1, 2);
  const [record] = await storage.get(tables.sessions, [key]);
  await storage.commit([{ table: tables.sessions, key, value: record!.subarray(0, 12) }]);
  await storage.close();
  await using again = await EventLog.open({ storage });
  const from = timestampFromSeconds(1);
  await expect(again.queryTimeseries({ from })).rejects.toMatchObject({
    code: "storage_damaged",
    message: expect.stringContaining("it is cut off"),
  });
});

test("a record under the key of another session is told, not taken for that session's", async () => {
  const storage = new MemoryStorage();
  const log = await EventLog.open({ storage });
  for (let i = 0; i < 3; i++) await log.append([{ type: ["a"], payload: { json: i } }]);
  await log.close();
  await storage.open(tableCount);
  const [record] = await storage.get(tables.sessions, [sessionKey(1, 3)]);
  await storage.commit([{ table: tables.sessions, key: sessionKey(1, 2), value: record! }]);
  await storage.close();
  await using again = await EventLog.open({ storage });
  await expect(again.queryTimeseries()).rejects.toMatchObject({
    code: "storage_damaged",
    message: expect.stringContaining("session 1:2"),
  });
});

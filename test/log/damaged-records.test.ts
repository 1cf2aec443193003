import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { sessionKey, tableCount, tables } from "../../src/log/tables.js";

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

import { expect, test } from "vitest";
import { reservedKey } from "../../src/log/append/numbering.js";
import { EventLog } from "../../src/log/event-log.js";
import { checkpointKey } from "../../src/log/index/checkpoint.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { tableCount, tables } from "../../src/log/tables.js";

test.each([
  ["checkpoint", checkpointKey],
  ["reserved numbers", reservedKey],
])("a log is not opened when its %s are damaged: ids would be used again", async (_, key) => {
  const storage = new MemoryStorage();
  const retention = [{ types: [["*"]], maxEntries: 0 }];
  const log = await EventLog.open({ storage, retention, latest: { types: [] } });
  await log.append([{ type: ["a"] }]);
  await log.cleanUp();
  await log.close();
  await storage.open(tableCount);
  const [value] = await storage.get(tables.meta, [key]);
  const changed = Buffer.from(value!);
  changed[changed.length - 1]! ^= 1;
  await storage.commit([{ table: tables.meta, key, value: changed }]);
  await storage.close();
  const opening = EventLog.open({ storage, retention });
  await expect(opening).rejects.toMatchObject({ code: "storage_damaged" });
});

import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { tableCount, tables, typeKey } from "../../src/log/tables.js";
import { encodeType } from "../../src/log/type-entries.js";

/** A log with three types, of which something was changed behind its back. */
async function changed(change: (entry: Buffer) => Buffer | undefined, number = 1) {
  const storage = new MemoryStorage();
  const log = await EventLog.open({ storage });
  await log.append([{ type: ["a"] }, { type: ["b"] }, { type: ["c"] }]);
  await log.close();
  await storage.open(tableCount);
  const [entry] = await storage.get(tables.types, [typeKey(number)]);
  const value = change(Buffer.from(entry!));
  await storage.commit([{ table: tables.types, key: typeKey(number), value }]);
  await storage.close();
  return storage;
}

test.each([
  ["is gone", () => undefined],
  [
    "has another byte",
    (entry: Buffer) => {
      entry.write("x", entry.indexOf("b"));
      return entry;
    },
  ],
  ["is cut off", (entry: Buffer) => entry.subarray(0, 3)],
])("a log is not opened when one of its types %s: events would have others", async (_, change) => {
  const storage = await changed(change);
  await expect(EventLog.open({ storage })).rejects.toMatchObject({
    code: "storage_damaged",
    message: expect.stringContaining("type 1"),
  });
  // What was not opened is not in use.
  await expect(storage.open(tableCount)).resolves.toBeUndefined();
});

test("a log is not opened when two of its types are the same", async () => {
  const storage = await changed(() => Buffer.from(encodeType(typeKey(1), ["a"])));
  await expect(EventLog.open({ storage })).rejects.toMatchObject({ code: "storage_damaged" });
});

import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";

test.each(["ascending", "descending"] as const)(
  "a page that ends for having looked at enough goes on where it stood: %s",
  async (order) => {
    const limits = { maxPageRecords: 7 };
    await using log = await EventLog.open({ storage: new MemoryStorage(), limits });
    const sourceTimestamp = timestampFromSeconds(5);
    await log.append([{ type: ["a"], sourceTimestamp }]);
    for (let i = 0; i < 40; i++) await log.append([{ type: ["a"] }]);
    await log.append([{ type: ["a"], sourceTimestamp }]);
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const query = { order, sourceFrom: timestampFromSeconds(1), limit: 5, cursor };
      const page = await log.queryTimeseries(query);
      sizes.push(page.events.length);
      ({ cursor } = page);
    } while (cursor !== undefined && sizes.length < 20);
    expect(sizes[0]).toBe(1);
    expect(sizes.filter((size) => size > 0)).toEqual([1, 1]);
    // Each looks at 7 records and a few more, of 42.
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.length).toBeLessThanOrEqual(7);
  },
);

test("a cursor of another query, or none at all, is refused", async () => {
  await using log = await EventLog.open({ storage: new MemoryStorage() });
  for (let i = 0; i < 3; i++) await log.append([{ type: ["a"] }]);
  const { cursor } = await log.queryTimeseries({ limit: 1 });
  expect(cursor).toBeDefined();
  const refused = { code: "query_invalid", violations: [{ field: "cursor" }] };
  const others = [cursor!.slice(1), `${cursor}.`, `${cursor}.zzzzzzzzzzzzz`, "", "…", "1.2.3"];
  for (const other of others) {
    await expect(log.queryTimeseries({ cursor: other })).rejects.toMatchObject(refused);
  }
  await expect(log.queryTimeseries({ cursor: cursor!, order: "ascending" })).rejects.toMatchObject(
    refused,
  );
  await expect(log.queryTimeseries({ cursor: cursor!, limit: 2 })).resolves.toMatchObject({
    events: [{ id: { session: 2 } }, { id: { session: 1 } }],
    cursor: undefined,
  });
});

test.each(["timestamp", "sourceTimestamp"] as const)(
  "a page is not larger than it may be, whatever is in it: by %s",
  async (orderBy) => {
    const limits = { maxPageBytes: 10_000 };
    await using log = await EventLog.open({ storage: new MemoryStorage(), limits });
    const payload = { json: "x".repeat(4_000) };
    const sourceTimestamp = timestampFromSeconds(5);
    const event = { type: ["a"], payload, sourceTimestamp, streamKey: "s" };
    for (let i = 0; i < 5; i++) await log.append([event, event]);
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await log.queryTimeseries({ orderBy, cursor });
      sizes.push(page.events.length);
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(sizes).toEqual([3, 3, 3, 1]);
    const { events, cursor: next } = await log.queryServer({ server: 1 });
    expect([events.length, next]).toEqual([3, expect.any(String)]);
  },
);

test.each(["ascending", "descending"] as const)(
  "nor is a page of a stream, which goes on where it was cut short: %s",
  async (order) => {
    const limits = { maxPageBytes: 10_000 };
    await using log = await EventLog.open({ storage: new MemoryStorage(), limits });
    const event = { type: ["a"], payload: { json: "x".repeat(4_000) }, streamKey: "s" };
    for (let i = 0; i < 5; i++) await log.append([event, event]);
    const sizes: number[] = [];
    const versions: unknown[] = [];
    let after: number | undefined;
    do {
      const page = await log.readStream({ streamKey: "s", order, after });
      sizes.push(page.events.length);
      versions.push(...page.events.map(({ stream }) => stream?.version));
      after = page.next;
    } while (after !== undefined);
    expect(sizes).toEqual([3, 3, 3, 1]);
    const ascending = Array.from({ length: 10 }, (_, i) => i + 1);
    expect(versions).toEqual(order === "ascending" ? ascending : ascending.reverse());
  },
);

test("types and keys count for the size of a page, too", async () => {
  const limits = { maxPageBytes: 10_000 };
  await using log = await EventLog.open({ storage: new MemoryStorage(), limits });
  const event = { type: ["a".repeat(500), "b".repeat(500)], streamKey: "s".repeat(500) };
  await log.append(Array.from({ length: 20 }, () => event));
  for (const page of [
    await log.queryTimeseries(),
    await log.queryServer({ server: 1 }),
    await log.readStream({ streamKey: event.streamKey }),
  ]) {
    expect(page.events.length).toBeLessThanOrEqual(7);
    expect(page.events.length).toBeGreaterThan(1);
  }
});

import { expect, test } from "vitest";
import { EventLog } from "../../src/log/event-log.js";
import type { Place } from "../../src/log/follow/place.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import type { Entry, KeyRange } from "../../src/log/storage/storage.js";

/** Tells of every read before it looks. */
class WatchedStorage extends MemoryStorage {
  onRange = () => {};

  override async range(table: number, range: KeyRange): Promise<Entry[]> {
    this.onRange();
    const found = await super.range(table, range);
    this.onRange();
    return found;
  }
}

test("heartbeats of one who skips never take back what it has been given", async () => {
  const storage = new WatchedStorage();
  const limits = { maxRecentSessions: 2 };
  await using log = await EventLog.open({ storage, limits });
  const feeds = log.feeds<Place | undefined>({
    batch: () => undefined,
    caughtUp: (_, place) => place,
    heartbeat: (_, place) => place,
  });
  const feed = feeds.open({ policy: "latest", from: "start", heartbeatMs: 1_000 });
  const append = async (count: number) => {
    for (let i = 0; i < count; i++) await log.append([{ type: ["a"] }]);
  };
  const catchUp = async () => {
    for await (const _ of feed.behind());
    expect(feed.isLevel).toBe(true);
  };
  /** Up to where it has been given everything. */
  let given = 0;
  let looks = 0;
  storage.onRange = () => {
    looks++;
    expect(feed.heartbeat()?.position ?? 0).toBeGreaterThanOrEqual(given);
  };
  await append(1);
  await catchUp();
  for (let round = 1; round <= 3; round++) {
    // Too slow for some,
    await append(700);
    given = feed.heartbeat()!.position;
    await catchUp();
    given += 700;
    expect(feed.heartbeat()?.position).toBe(given);
    // then given some with all others.
    const { last } = feed.heartbeat()!;
    await append(3);
    given += 3;
    feed.moveTo({ position: given, last: { ...last, session: given }, version: 0 });
  }
  expect(looks).toBeGreaterThan(6);
  feed.close();
});

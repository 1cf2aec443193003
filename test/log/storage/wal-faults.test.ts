import { readdir } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Storage } from "../../../src/log/storage/storage.js";
import type { WalOptions } from "../../../src/log/storage/wal/wal-options.js";
import { WalStorage } from "../../../src/log/storage/wal/wal-storage.js";
import { gate } from "../../support/signals.js";
import { replaceWrite } from "./faulty-writes.js";
import { GatedStorage } from "./gated-storage.js";
import { temporaryDirectory } from "./places.js";
import { commitsIn, imageOf, numbered, opened } from "./wal-images.js";

const failed = { name: "SluiceError", code: "storage_failed" };
const later = { applyAfterMs: 2 ** 30, segmentBytes: 65_536 };

async function rig(options: Partial<WalOptions> = later) {
  const directory = await temporaryDirectory();
  const behind = new GatedStorage();
  const storage = new WalStorage(behind, directory.path, options);
  await storage.open(2);
  onTestFinished(async () => {
    await storage.close();
    await directory[Symbol.asyncDispose]();
  });
  return { storage, behind, directory: directory.path };
}

/** Resolves when everything that can happen without the disk has happened. */
async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

async function last(storage: Storage): Promise<number | undefined> {
  const [value] = await storage.get(1, [Buffer.from("last")]);
  return value && Buffer.from(value).readUInt32BE();
}

describe("the disk", () => {
  test("nothing is visible before it is durable", async () => {
    const { storage } = await rig();
    await storage.commit(numbered(1));
    const disk = gate();
    using _ = replaceWrite((write, ...args) => void disk.opened.then(() => write(...args)));
    let isDone = false;
    const commit = storage.commit(numbered(2)).then(() => {
      isDone = true;
    });
    const write = storage.write([{ table: 1, key: Buffer.from("w"), value: Buffer.of(1) }]);
    await turns();
    expect(isDone).toBe(false);
    expect(await commitsIn(storage)).toBe(1);
    expect(await storage.get(1, [Buffer.from("w")])).toEqual([undefined]);
    disk.open();
    await commit;
    expect(await commitsIn(storage)).toBe(2);
    await write;
    expect(await storage.get(1, [Buffer.from("w")])).not.toEqual([undefined]);
  });

  test("commits that come while one is written go to disk together", async () => {
    const { storage } = await rig();
    let writes = 0;
    using _ = replaceWrite((write, ...args) => {
      writes++;
      write(...args);
    });
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (let n = 1; n <= 10; n++) await storage.commit(numbered(n));
      }),
    );
    expect(writes).toBe(10);
  });

  test("writes that are not asked to be durable do not go to the log", async () => {
    const { storage } = await rig();
    let writes = 0;
    using _ = replaceWrite((write, ...args) => {
      writes++;
      write(...args);
    });
    await storage.write(numbered(1));
    expect(await commitsIn(storage)).toBe(1);
    expect(writes).toBe(0);
  });

  test("may take a record in small parts", async () => {
    await using directory = await temporaryDirectory();
    await using storage = await opened(directory.path);
    using _ = replaceWrite((write, fd, bytes, offset, length, position, callback) =>
      write(fd, bytes, offset, Math.min(length, 100), position, callback),
    );
    for (let n = 1; n <= 100; n++) await storage.commit(numbered(n));
    await using image = await imageOf(directory.path);
    await using again = await opened(image.path);
    expect(await commitsIn(again)).toBe(100);
  });

  test.each([
    [
      "fails",
      (callback: (error: Error | null, written: number) => void) =>
        callback(new Error("EIO: i/o error"), 0),
    ],
    [
      "takes nothing",
      (callback: (error: Error | null, written: number) => void) => callback(null, 0),
    ],
  ])("that %s once is never written to again; reading goes on", async (_, fail) => {
    await using directory = await temporaryDirectory();
    {
      await using storage = await opened(directory.path);
      for (let n = 1; n <= 5; n++) await storage.commit(numbered(n));
      let writes = 0;
      using _ = replaceWrite((write, ...args) => {
        writes++;
        if (writes === 1) fail(args[5]);
        else write(...args);
      });
      const commits = [6, 7].map((n) => storage.commit(numbered(n)));
      for (const commit of commits) await expect(commit).rejects.toMatchObject(failed);
      await expect(storage.commit(numbered(6))).rejects.toMatchObject(failed);
      await expect(storage.write(numbered(6))).rejects.toMatchObject(failed);
      expect(writes).toBe(1);
      expect(await commitsIn(storage)).toBe(5);
    }
    await using again = await opened(directory.path);
    expect(await commitsIn(again)).toBe(5);
    await again.commit(numbered(6));
    expect(await commitsIn(again)).toBe(6);
  });
});

describe("the storage behind", () => {
  test("gets everything some time, without being asked", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 1 });
    await storage.commit(numbered(1));
    await storage.write(numbered(2));
    await expect.poll(() => commitsIn(behind)).toBe(2);
  });

  test("gets the last of many changes of a key only", async () => {
    const { storage, behind } = await rig();
    for (let n = 1; n <= 100; n++) {
      await storage.commit([{ table: 0, key: Buffer.from("k"), value: Buffer.of(n) }]);
    }
    const before = behind.commits;
    await storage.close();
    // One for the changes, one for the end of the log.
    expect(behind.commits - before).toBe(2);
    await behind.open(3);
    expect(await behind.get(0, [Buffer.from("k")])).toEqual([Buffer.of(100)]);
    await behind.close();
  });

  test("does not have to be fast: reads find what it does not have", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 0 });
    const slow = gate();
    behind.gate = slow.opened;
    for (let n = 1; n <= 50; n++) {
      await storage.commit(numbered(n));
      expect(await commitsIn(storage)).toBe(n);
    }
    expect(await commitsIn(behind)).toBe(0);
    slow.open();
    await storage.close();
  });

  test("may be read while it has a half of something: that is seen whole, or not at all", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 1 });
    await storage.commit(numbered(1));
    await expect.poll(() => commitsIn(behind)).toBe(1);
    const [reading, writing] = [gate(), gate()];
    behind.readGate = reading.opened;
    const changes = Array.from({ length: 3_000 }, (_, n) => numbered(n + 2, 1)[0]!);
    const range = storage.range(0, { from: Buffer.of(0), to: Buffer.alloc(5, 255), limit: 1e6 });
    const [first, last] = [changes[0]!.key, changes.at(-1)!.key];
    const values = storage.get(0, [first, last]);
    // The first lot of them passes, the second one does not.
    behind.gate = writing.opened;
    behind.gatedFrom = behind.commits + 1;
    await storage.commit(changes);
    await expect.poll(() => behind.commits).toBe(behind.gatedFrom + 1);
    behind.readGate = undefined;
    reading.open();
    expect([1, 3_001]).toContain((await range).length);
    expect(new Set((await values).map((value) => value === undefined)).size).toBe(1);
    writing.open();
  });

  test("holds commits up when it has fallen behind by as many changes as may be", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 2 ** 30, maxUnapplied: 10 });
    const slow = gate();
    behind.gate = slow.opened;
    for (let n = 1; n <= 5; n++) await storage.commit(numbered(n));
    let isDone = false;
    const sixth = storage.commit(numbered(6)).then(() => {
      isDone = true;
    });
    await turns();
    expect(isDone).toBe(false);
    expect(await commitsIn(storage)).toBe(5);
    slow.open();
    await sixth;
    expect(await commitsIn(storage)).toBe(6);
  });

  test("holds commits up when it has fallen behind by as many bytes as may be", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 2 ** 30, maxUnappliedBytes: 5_000 });
    const slow = gate();
    behind.gate = slow.opened;
    for (let n = 1; n <= 5; n++) await storage.commit(numbered(n));
    let isDone = false;
    const sixth = storage.commit(numbered(6)).then(() => {
      isDone = true;
    });
    await turns();
    expect(isDone).toBe(false);
    slow.open();
    await sixth;
  });

  test("may fail: nothing is lost, and commits say so", async () => {
    await using directory = await temporaryDirectory();
    const behind = new GatedStorage();
    const storage = new WalStorage(behind, directory.path, { applyAfterMs: 1 });
    await storage.open(2);
    behind.failure = new Error("ENOSPC: no space left on device");
    let acknowledged = 0;
    const appends = async () => {
      for (;;) {
        await storage.commit(numbered(acknowledged + 1));
        acknowledged++;
      }
    };
    await expect(appends()).rejects.toMatchObject({
      ...failed,
      message: expect.stringContaining("The disk is full: free some space."),
    });
    expect(acknowledged).toBeGreaterThan(0);
    expect(await commitsIn(storage)).toBe(acknowledged);
    await expect(storage.write(numbered(1))).rejects.toMatchObject(failed);
    await storage.close();
    expect(await readdir(directory.path)).toEqual(["0000000001.wal"]);
    behind.failure = undefined;
    await storage.open(2);
    expect(await commitsIn(storage)).toBe(acknowledged);
    await storage.commit(numbered(acknowledged + 1));
    await storage.close();
    expect(await readdir(directory.path)).toEqual([]);
  });

  test("may fail while it opens: nothing is lost", async () => {
    await using directory = await temporaryDirectory();
    const behind = new GatedStorage();
    const storage = new WalStorage(behind, directory.path, later);
    await storage.open(2);
    await storage.commit(numbered(1));
    behind.failure = new Error("ENOSPC: no space left on device");
    await storage.close();
    await expect(storage.open(2)).rejects.toMatchObject({ code: "storage_unavailable" });
    await expect(storage.open(2)).rejects.toMatchObject({ code: "storage_unavailable" });
    behind.failure = undefined;
    await storage.open(2);
    expect(await last(storage)).toBe(1);
    await storage.close();
  });

  test("gets thousands of changes when it opens", async () => {
    const { storage, behind } = await rig();
    const slow = gate();
    behind.gate = slow.opened;
    for (let n = 1; n <= 3_000; n++) await storage.commit(numbered(n, 10));
    behind.failure = new Error("EIO: i/o error");
    slow.open();
    await storage.close();
    behind.failure = undefined;
    await storage.open(2);
    expect(await commitsIn(behind, 10)).toBe(3_000);
    expect(await commitsIn(storage, 10)).toBe(3_000);
  });

  test("gets a write as a whole, however large it is", async () => {
    const { storage, behind } = await rig({ applyAfterMs: 0 });
    const seen = new Set<number>();
    const isDone = { value: false };
    const watching = (async () => {
      while (!isDone.value) {
        const to = Buffer.of(255, 255, 255, 255, 255);
        seen.add((await behind.range(0, { from: Buffer.of(0), to, limit: 1e6 })).length);
        await new Promise(setImmediate);
      }
    })();
    const changes = Array.from({ length: 10_000 }, (_, n) => numbered(n, 1)[0]!);
    await storage.write(changes);
    await expect.poll(async () => (await behind.get(0, [changes.at(-1)!.key]))[0]).toBeDefined();
    await turns();
    isDone.value = true;
    await watching;
    expect([...seen]).toEqual([0, 10_000]);
  });
});

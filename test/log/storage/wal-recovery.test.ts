import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lmdb } from "../../../src/log/storage/lmdb.js";
import { propertyOptions } from "../../support/property-options.js";
import { temporaryDirectory } from "./places.js";
import {
  commitsIn,
  crashedAfter,
  damage,
  imageOf,
  numbered,
  opened,
  segmentsOf,
} from "./wal-images.js";

const damaged = { name: "SluiceError", code: "storage_damaged" };

/** Where records begin; a commit of `numbered()` takes 1,056 bytes, the last 4 are padding. */
const start = 4_096;
const recordBytes = 1_056;

describe("after a crash", () => {
  test("everything acknowledged is there, and it goes on from there, again and again", async () => {
    let image = await crashedAfter(10);
    for (let round = 1; round <= 5; round++) {
      await using crashed = image;
      await using storage = await opened(crashed.path);
      expect(await commitsIn(storage)).toBe(10 * round);
      for (let n = 1; n <= 10; n++) await storage.commit(numbered(10 * round + n));
      image = await imageOf(crashed.path);
    }
    await image[Symbol.asyncDispose]();
  });

  test("records of many segments follow each other, also one larger than a segment", async () => {
    await using directory = await temporaryDirectory();
    await using storage = await opened(directory.path);
    for (let n = 1; n <= 100; n++) await storage.commit(numbered(n, 2_000));
    await storage.commit([
      { table: 1, key: Buffer.from("large"), value: Buffer.alloc(200_000, 7) },
    ]);
    for (let n = 101; n <= 200; n++) await storage.commit(numbered(n, 2_000));
    await using image = await imageOf(directory.path);
    expect((await segmentsOf(image)).length).toBeGreaterThan(6);
    await using again = await opened(image.path);
    expect(await commitsIn(again, 2_000)).toBe(200);
    const [large] = await again.get(1, [Buffer.from("large")]);
    expect(Buffer.compare(large!, Buffer.alloc(200_000, 7))).toBe(0);
  });

  test("what a recycled segment held before is not taken for a part of the log", async () => {
    await using directory = await temporaryDirectory();
    const options = { writeAhead: { applyAfterMs: 0, segmentBytes: 65_536 } };
    await using storage = await opened(directory.path, options);
    for (let n = 1; n <= 400; n++) {
      await storage.commit(numbered(n, 3_000));
      if (n % 50 !== 0) continue;
      await using image = await imageOf(directory.path);
      await using again = await opened(image.path);
      expect(await commitsIn(again, 3_000)).toBe(n);
    }
  });

  test("segments that were not part of the log are removed", async () => {
    await using image = await crashedAfter(1);
    await writeFile(join(image.path, "wal/spare-7.tmp"), "half made");
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(1);
    expect(await readdir(join(image.path, "wal"))).toEqual(["0000000001.wal"]);
  });

  test("a log that is closed leaves nothing to replay", async () => {
    await using image = await crashedAfter(5);
    const storage = await opened(image.path);
    await storage.close();
    expect(await readdir(join(image.path, "wal"))).toEqual([]);
    await using plain = await opened(image.path, { writeAhead: false });
    expect(await commitsIn(plain)).toBe(5);
  });

  test("LMDB alone refuses to open, as it has not everything", async () => {
    await using image = await crashedAfter(5);
    await expect(opened(image.path, { writeAhead: false })).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringContaining("writeAhead: true"),
    });
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(5);
  });

  test("a version with other tables refuses to open", async () => {
    await using image = await crashedAfter(5);
    await expect(lmdb(image.path).open(3)).rejects.toMatchObject({ code: "storage_unavailable" });
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(5);
  });
});

describe("the write that was cut off", () => {
  const cuts = [0, 1, 4, 8, 16, 20, 23, 24, 25, 32, 500, recordBytes - 5];

  test.each(cuts)("ends the log, with %i of its bytes written", async (cut) => {
    await using image = await crashedAfter(3);
    const [segment] = await segmentsOf(image);
    await damage(segment!, (bytes) => void bytes.fill(0, start + 2 * recordBytes + cut));
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(2);
    await storage.commit(numbered(3));
    await using again = await imageOf(image.path);
    await using reopened = await opened(again.path);
    expect(await commitsIn(reopened)).toBe(3);
  });

  test("ends the log, with only its end written", async () => {
    await using image = await crashedAfter(3);
    const [segment] = await segmentsOf(image);
    const record = start + 2 * recordBytes;
    await damage(segment!, (bytes) => void bytes.fill(0, record, record + 512));
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(2);
  });

  test("ends the log even if it holds a copy of the segment it is in", async () => {
    await using directory = await temporaryDirectory();
    await using storage = await opened(directory.path);
    for (let n = 1; n <= 3; n++) await storage.commit(numbered(n));
    const [live] = await segmentsOf(directory);
    const copy = (await readFile(live!)).subarray(start, start + 3 * recordBytes);
    await storage.commit([{ table: 1, key: Buffer.from("copy"), value: copy }]);
    await using image = await imageOf(directory.path);
    const [segment] = await segmentsOf(image);
    await damage(
      segment!,
      (bytes) => void bytes.fill(0, start + 3 * recordBytes, start + 3 * recordBytes + 24),
    );
    await using again = await opened(image.path);
    expect(await commitsIn(again)).toBe(3);
    expect(await again.get(1, [Buffer.from("copy")])).toEqual([undefined]);
  });
});

describe("damage", () => {
  test("to a byte anywhere costs nothing that was acknowledged, or is found", async () => {
    const commits = 8;
    await using original = await crashedAfter(commits);
    const last = start + (commits - 1) * recordBytes;
    const anywhere = fc.nat(last + 2 * recordBytes);
    const edges = fc
      .tuple(fc.nat(commits), fc.nat(24))
      .map(([n, at]) => start + n * recordBytes + at);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anywhere, edges),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          await using image = await imageOf(original.path);
          const [segment] = await segmentsOf(image);
          await damage(segment!, (bytes) => void bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at));
          const before = await readFile(segment!);
          const found = await opened(image.path).then(
            async (storage) => {
              await using open = storage;
              return await commitsIn(open);
            },
            (error) => {
              expect(error).toMatchObject(damaged);
              return "damaged";
            },
          );
          // Nobody can tell the last record from one that was cut off.
          if (found === commits - 1) expect(at).toBeGreaterThanOrEqual(last);
          else if (found !== "damaged") expect(found).toBe(commits);
          else {
            expect((await readFile(segment!)).equals(before)).toBe(true);
            before.writeUInt8(before.readUInt8(at) ^ mask, at);
            await writeFile(segment!, before);
            await using repaired = await opened(image.path);
            expect(await commitsIn(repaired)).toBe(commits);
          }
        },
      ),
      propertyOptions(60),
    );
  });

  test.each([0, 100, start, start + recordBytes, 65_535])(
    "by cutting a segment to %i bytes is found: that was no crash",
    async (length) => {
      await using image = await crashedAfter(3);
      const [segment] = await segmentsOf(image);
      await truncate(segment!, length);
      await expect(opened(image.path)).rejects.toMatchObject(damaged);
    },
  );

  test("to the end of a segment is found if another one follows", async () => {
    await using image = await crashedAfter(100, 2_000);
    const [first] = await segmentsOf(image);
    const bytes = await readFile(first!);
    // The last record of the segment.
    let end = bytes.length;
    while (bytes[end - 1] === 0) end--;
    await damage(first!, (content) => void content.fill(0, end - 100));
    await expect(opened(image.path)).rejects.toMatchObject({
      ...damaged,
      message: expect.stringMatching(/Record \d+.*damaged or gone, but record \d+/),
    });
  });

  test.each(["first", "middle"])("by removing the %s segment is found", async (which) => {
    await using image = await crashedAfter(100, 2_000);
    const segments = await segmentsOf(image);
    expect(segments.length).toBeGreaterThan(2);
    await rm(segments[which === "first" ? 0 : 1]!);
    await expect(opened(image.path)).rejects.toMatchObject(damaged);
  });

  test("is left behind by moving the segments away, as the error says", async () => {
    await using image = await crashedAfter(3);
    const [segment] = await segmentsOf(image);
    await damage(segment!, (bytes) => void bytes.fill(0, start, start + 8));
    await expect(opened(image.path)).rejects.toMatchObject({
      ...damaged,
      message: expect.stringContaining(".wal files elsewhere"),
    });
    await rm(segment!);
    await using storage = await opened(image.path);
    expect(await commitsIn(storage)).toBe(0);
    await storage.commit(numbered(1));
    expect(await commitsIn(storage)).toBe(1);
  });
});

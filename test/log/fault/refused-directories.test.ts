import { chmod, mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { temporaryDirectory } from "../storage/places.js";
import { smallDisk, whyNot } from "./mounts.js";
import { changesOf, commitsIn, tableCount } from "./numbered-commits.js";
import { StorageVictim } from "./storage-victim.js";

const program = await StorageVictim.compiled();
afterAll(() => program[Symbol.asyncDispose]());

const noMounts = await whyNot(() => smallDisk(2 ** 20), "tests of read-only disks");

describe.each([
  ["lmdb", { writeAhead: false }],
  ["lmdb behind a write-ahead log", { writeAhead: { segmentBytes: 65_536 } }],
] as [string, LmdbOptions][])("%s", (_, options) => {
  const unavailable = (text: string) => ({
    name: "SluiceError",
    code: "storage_unavailable",
    message: expect.stringContaining(text),
  });

  async function create(directory: string, commits: number): Promise<void> {
    const storage = lmdb(directory, options);
    await storage.open(tableCount);
    for (let number = 1; number <= commits; number++) await storage.commit(changesOf(number));
    await storage.close();
  }

  async function commits(directory: string): Promise<number> {
    const storage = lmdb(directory, options);
    await storage.open(tableCount);
    try {
      return (await commitsIn(storage)).size;
    } finally {
      await storage.close();
    }
  }

  test("makes the directory, with those above it", async () => {
    await using directory = await temporaryDirectory();
    await create(join(directory.path, "a/b"), 3);
    expect(await commits(join(directory.path, "a/b"))).toBe(3);
  });

  test("refuses a place where no directory can be made", async (context) => {
    if (process.platform !== "linux") context.skip("there is no /proc");
    const storage = lmdb("/proc/sluice/a", options);
    await expect(storage.open(tableCount)).rejects.toMatchObject(unavailable("/proc/sluice"));
  });

  test("refuses a directory that another process uses, until that one is killed", async () => {
    await using directory = await temporaryDirectory();
    const victim = new StorageVictim(program, directory.path, options);
    try {
      await victim.hasCommitted(1);
      await expect(lmdb(directory.path, options).open(tableCount)).rejects.toMatchObject(
        unavailable(`is in use by process ${victim.pid}`),
      );
      const seen = victim.acknowledged.length;
      await victim.hasCommitted(seen + 100);
      expect(victim.acknowledged.length).toBeGreaterThanOrEqual(seen + 100);
    } finally {
      await victim.kill();
    }
    expect(await commits(directory.path)).toBeGreaterThanOrEqual(victim.acknowledged.length);
  });

  test("refuses a directory that another log of this process uses, and leaves that one alone", async () => {
    await using directory = await temporaryDirectory();
    const storage = lmdb(directory.path, options);
    await storage.open(tableCount);
    for (let number = 1; number <= 20; number++) {
      await expect(lmdb(directory.path, options).open(tableCount)).rejects.toMatchObject(
        unavailable("is in use by another log of this process"),
      );
      await storage.commit(changesOf(number));
      expect((await commitsIn(storage)).size).toBe(number);
    }
    await storage.close();
    expect(await commits(directory.path)).toBe(20);
  });

  test("refuses a file in place of the directory", async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "log");
    await writeFile(path, "text");
    await expect(lmdb(path, options).open(tableCount)).rejects.toMatchObject(
      unavailable("There is a file of that name."),
    );
    expect(await readFile(path, "utf8")).toBe("text");
  });

  // To root everything is permitted: the process that is refused is somebody else's.
  test("refuses a directory it has no rights in", async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "log");
    await mkdir(path);
    await chmod(directory.path, 0o755);
    await chmod(path, 0o555);
    const victim = new StorageVictim(
      program,
      path,
      options,
      process.getuid!() === 0 ? 65_534 : undefined,
    );
    await victim.end();
    expect(victim.said).toEqual([
      expect.stringMatching(
        /^refused storage_unavailable .*Give the user who runs the server the right/,
      ),
    ]);
  });

  test.skipIf(noMounts !== undefined)("refuses a read-only file system", async () => {
    await using disk = await smallDisk(16 * 2 ** 20);
    await create(disk.path, 3);
    await disk.readOnly(true);
    await expect(lmdb(disk.path, options).open(tableCount)).rejects.toMatchObject(
      unavailable("The file system is read-only"),
    );
    await disk.readOnly(false);
    expect(await commits(disk.path)).toBe(3);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ["text", (path) => writeFile(path, "text ".repeat(10_000))],
    ["random bytes", (path) => writeFile(path, randomBytes(200_000))],
    ["a few bytes of it", (path) => truncate(path, 100)],
    ["its first page", (path) => truncate(path, 4_096)],
    ["its first two pages", (path) => truncate(path, 8_192)],
    // More than half of it may be space that nothing uses yet.
    [
      "an eighth of it",
      async (path) => truncate(path, Math.floor((await stat(path)).size / 32_768) * 4_096),
    ],
    [
      "zeros after its first pages",
      async (path) => {
        const bytes = await readFile(path);
        await writeFile(path, bytes.fill(0, 8_192));
      },
    ],
  ])("tells of %s in place of its file, instead of crashing", async (_, damage) => {
    await using directory = await temporaryDirectory();
    await create(directory.path, 300);
    await damage(join(directory.path, "data.mdb"));
    await expect(commits(directory.path)).rejects.toMatchObject({
      name: "SluiceError",
      code: expect.stringMatching(/^storage_(unavailable|damaged)$/),
      message: expect.stringMatching(/restore it from a backup/i),
    });
  });
});

/** The same ones every time. */
function randomBytes(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = Math.imul(state, 0x41c64e6d) + 12_345;
    return state >>> 16;
  });
}

test("lmdb() refuses options that make no sense, all at once", () => {
  const wrong = { writeAhead: { segmentBytes: 1, maxUnapplied: 0.5, maxUnaplied: 3 } };
  expect(() => lmdb("", wrong as LmdbOptions)).toThrow(
    expect.objectContaining({
      code: "log_options_invalid",
      violations: [
        { field: "directory", description: "must be a path" },
        {
          field: "writeAhead.segmentBytes",
          description: "must be a whole number of at least 65536",
        },
        { field: "writeAhead.maxUnapplied", description: "must be a whole number of at least 1" },
        { field: "writeAhead.maxUnaplied", description: "is no option" },
      ],
    }),
  );
});

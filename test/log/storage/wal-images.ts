import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import type { Change, Storage } from "../../../src/log/storage/storage.js";
import { temporaryDirectory } from "./places.js";

/** Nothing is applied before it closes. */
export const unapplied: LmdbOptions = {
  writeAhead: { applyAfterMs: 2 ** 30, segmentBytes: 65_536 },
};

/** A directory as a crash leaves it, which goes away with its test. */
export interface Image extends AsyncDisposable {
  readonly path: string;
}

/** Copies the directory of an idle storage: what a process that is killed now would leave. */
export async function imageOf(directory: string): Promise<Image> {
  const image = await temporaryDirectory();
  // Not the locks: reading that file would end those of this process.
  await cp(directory, image.path, {
    recursive: true,
    filter: (path) => !path.endsWith("lock.mdb"),
  });
  return image;
}

/** What is left when a log of so many commits, none of them applied, is killed. */
export async function crashedAfter(commits: number, bytes = 1_000): Promise<Image> {
  await using directory = await temporaryDirectory();
  await using storage = await opened(directory.path);
  for (let number = 1; number <= commits; number++) {
    await storage.commit(numbered(number, bytes));
  }
  return await imageOf(directory.path);
}

export async function opened(
  directory: string,
  options = unapplied,
): Promise<Storage & AsyncDisposable> {
  const storage = lmdb(directory, options);
  await storage.open(2);
  return Object.assign(storage, { [Symbol.asyncDispose]: () => storage.close() });
}

/** A commit that says of itself what it is. */
export function numbered(number: number, bytes = 1_000): Change[] {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(number);
  return [
    { table: 0, key, value: Buffer.alloc(bytes, `${number} `) },
    { table: 1, key: Buffer.from("last"), value: key },
  ];
}

/** How many commits there are: from the first one, without a gap, each whole. @throws if not. */
export async function commitsIn(storage: Storage, bytes = 1_000): Promise<number> {
  const to = Buffer.alloc(5, 0xff);
  const entries = await storage.range(0, { from: Buffer.of(0), to, limit: 1e6 });
  const [last] = await storage.get(1, [Buffer.from("last")]);
  const expected = entries.map((_, at) => numbered(at + 1, bytes)[0]!);
  for (const [at, { key, value }] of entries.entries()) {
    const isRight =
      expected[at]!.key.every((byte, i) => byte === key[i]) &&
      Buffer.compare(expected[at]!.value!, value) === 0;
    if (!isRight) throw new Error(`Entry ${at} is not commit ${at + 1}`);
  }
  const count = last === undefined ? 0 : Buffer.from(last).readUInt32BE();
  if (count !== entries.length) throw new Error(`${entries.length} commits, the last is ${count}`);
  return count;
}

/** The segments that are part of the log, the oldest first. */
export async function segmentsOf({ path }: Pick<Image, "path">): Promise<string[]> {
  const names = await readdir(join(path, "wal"));
  return names
    .filter((name) => name.endsWith(".wal"))
    .sort()
    .map((name) => join(path, "wal", name));
}

/** Changes the bytes of a file in place. */
export async function damage(
  path: string,
  change: (bytes: Buffer) => Buffer | undefined,
): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, change(bytes) ?? bytes);
}

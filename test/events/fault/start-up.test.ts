import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EventLog } from "../../../src/log/event-log.js";
import { lmdb } from "../../../src/log/storage/lmdb.js";
import { sluice } from "../../cli/cli.js";
import { smallDisk, whyNot } from "../../log/fault/mounts.js";
import { temporaryDirectory } from "../../log/storage/places.js";
import { imageOf } from "../../log/storage/wal-images.js";

const noMounts = await whyNot(() => smallDisk(2 ** 20), "tests of servers on read-only disks");

/** How `sluice serve` ends that cannot begin. */
function refusal(directory: string, uid?: number) {
  const args = ["serve", "--port", "0", "--dir", directory];
  return sluice(args, { cwd: import.meta.dirname, uid });
}

async function fill(directory: string): Promise<void> {
  await using log = await EventLog.open({ storage: lmdb(directory) });
  for (let i = 0; i < 10; i++) await log.append([{ type: ["a"], payload: { json: i } }]);
}

const refused = (stderr: RegExp) => ({
  code: 2,
  stdout: "",
  stderr: expect.stringMatching(stderr) as string,
});

describe.concurrent("sluice serve says what is wrong with its directory, and what to do:", () => {
  test.skipIf(noMounts !== undefined)("read-only", async () => {
    await using disk = await smallDisk(16 * 2 ** 20);
    await fill(disk.path);
    await disk.readOnly(true);
    expect(await refusal(disk.path)).toEqual(
      refused(/^sluice: .* cannot be opened: .*\n {2}The file system is read-only: /),
    );
  });

  // To root everything is permitted: the process that is refused is somebody else's.
  test("no rights", async () => {
    await using directory = await temporaryDirectory();
    await chmod(directory.path, 0o755);
    const path = join(directory.path, "data");
    await mkdir(path);
    await chmod(path, 0o555);
    expect(await refusal(path, process.getuid!() === 0 ? 65_534 : undefined)).toEqual(
      refused(/^sluice: .* cannot be opened: .*\n {2}Give the user who runs the server the right /),
    );
  });

  test("something else in its file", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "data.mdb"), "text ".repeat(10_000));
    expect(await refusal(directory.path)).toEqual(
      refused(/^sluice: The file .*data\.mdb is damaged, cut off, or no log: restore it /),
    );
  });

  test("a write-ahead log that is damaged in its middle; it is left as it is", async () => {
    await using directory = await temporaryDirectory();
    const log = await EventLog.open({
      storage: lmdb(directory.path, { writeAhead: { applyAfterMs: 2 ** 30 } }),
    });
    for (let i = 0; i < 10; i++) {
      await log.append([{ type: ["a"], payload: { json: `number ${i}` } }]);
    }
    await using image = await imageOf(directory.path);
    await log.close();
    const wal = join(image.path, "wal");
    const [name = ""] = await readdir(wal);
    const bytes = await readFile(join(wal, name));
    const at = bytes.indexOf("number 5");
    expect(at).toBeGreaterThan(0);
    bytes[at]! ^= 4;
    await writeFile(join(wal, name), bytes);
    const saying = refused(
      /^sluice: Record \d+, which follows byte \d+ of .*\.wal, is damaged or gone, .*\n {2}Nothing was removed\. Restore /,
    );
    expect(await refusal(image.path)).toEqual(saying);
    expect(await refusal(image.path)).toEqual(saying);
    expect(await readFile(join(wal, name))).toEqual(bytes);
  });
});

import { mkdir, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { EventLog } from "../../../src/log/event-log.js";
import { lmdb } from "../../../src/log/storage/lmdb.js";
import { sessionKey, tableCount, tables } from "../../../src/log/tables.js";
import { imageOf } from "../../log/storage/wal-images.js";
import { type CliResult, sluice, Workspace } from "../cli.js";

async function fill(dir: string, sessions = 3): Promise<EventLog> {
  const log = await EventLog.open({ storage: lmdb(dir) });
  for (let i = 0; i < sessions; i++) await log.append([{ type: ["a"] }, { type: ["b"] }]);
  return log;
}

function verify({ dir }: Workspace, ...args: string[]): Promise<CliResult> {
  return sluice(["events", "verify", ...args], { cwd: dir });
}

describe.concurrent("sluice events verify", () => {
  it("describes a log with which nothing is wrong", async () => {
    await using workspace = await Workspace.create();
    await (await fill(workspace.path("data"))).close();
    expect(await verify(workspace, "data")).toEqual({
      code: 0,
      stdout: "data: 3 records, 6 events, 2 types, 1 server\n",
      stderr: "",
    });
    const { stdout } = await verify(workspace, "data", "--json");
    expect(JSON.parse(stdout)).toEqual({
      records: 3,
      events: 6,
      types: 2,
      servers: 1,
      unindexed: 0,
      findings: [],
      found: 0,
    });
  });

  it("takes what a crash has left, and says what is not in the index", async () => {
    await using workspace = await Workspace.create();
    const log = await fill(workspace.path("data"));
    await using image = await imageOf(workspace.path("data"));
    await log.close();
    const { code, stdout } = await verify(workspace, image.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: 3 records, .*\n {2}3 records not in the index yet; a server reads /);
  });

  it("prints findings, and fails", async () => {
    await using workspace = await Workspace.create();
    const dir = workspace.path("data");
    await (await fill(dir)).close();
    const storage = lmdb(dir);
    await storage.open(tableCount);
    const value = Buffer.from("damaged");
    await storage.commit([{ table: tables.sessions, key: sessionKey(1, 2), value }]);
    await storage.close();
    const result = await verify(workspace, "data");
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(
      /\n {2}record_damaged {2}session 1:2 {2}its format is 100, not 1\n$/,
    );
    expect(result.stderr).toMatch(/^sluice: 1 finding \(record_damaged\)\n {2}Keep a copy of /);
    const json = await verify(workspace, "data", "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      found: 1,
      findings: [{ code: "record_damaged", place: "session 1:2" }],
    });
  });

  it("leaves a log alone that is in use, and directories without one", async () => {
    await using workspace = await Workspace.create();
    const log = await fill(workspace.path("data"));
    const inUse = await verify(workspace, "data");
    expect(inUse).toMatchObject({ code: 2, stdout: "" });
    expect(inUse.stderr).toMatch(
      /^sluice: data is in use by process \d+\.\n {2}End that one first/,
    );
    await log.append([{ type: ["a"] }]);
    await log.close();
    expect((await verify(workspace, "data")).stdout).toMatch(/4 records/);

    await mkdir(workspace.path("empty"));
    for (const dir of ["empty", "nowhere"]) {
      const none = await verify(workspace, dir);
      expect(none).toMatchObject({ code: 2, stdout: "" });
      expect(none.stderr).toMatch(new RegExp(`^sluice: there is no event log in ${dir}\n`));
    }
    expect(await readdir(workspace.path("empty"))).toEqual([]);
    expect(await readdir(workspace.dir)).not.toContain("nowhere");
  });
});

describe.concurrent("sluice events compact", () => {
  it("copies a log, which then can be used instead", async () => {
    await using workspace = await Workspace.create();
    await (await fill(workspace.path("data"))).close();
    const compact = (...args: string[]) =>
      sluice(["events", "compact", ...args], { cwd: workspace.dir });
    const result = await compact("data", "small");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(/^data: \d\.\d MiB, small: \d\.\d MiB\n {2}.* --dir small\n$/);
    expect((await verify(workspace, "small")).stdout).toMatch(/^small: 3 records, 6 events, /);
    const again = await compact("data", "small");
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toMatch(/^sluice: small is not empty\.\n {2}Name a directory /);
  });
});

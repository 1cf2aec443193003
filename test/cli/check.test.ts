import { describe, expect, it } from "vitest";
import { type CliResult, fixture, sluice, Workspace } from "./cli.js";
import { type NoteVersion, noteApp } from "./fixtures/note.js";

const emitted = "proto/note/v1/note.proto";

/** A folder with the .proto file of one version of the app. */
async function project(version: NoteVersion, init = true): Promise<Workspace> {
  const workspace = await Workspace.create();
  await emit(workspace, version);
  if (init) {
    await workspace.git("init", "--quiet", "--initial-branch", "main");
    await workspace.commit();
  }
  return workspace;
}

async function emit(workspace: Workspace, version: NoteVersion, folder = "."): Promise<void> {
  await noteApp(version).emit(workspace.path(`${folder}/proto`));
}

function check(cwd: string, version: NoteVersion, ...args: string[]): Promise<CliResult> {
  return sluice(["check", fixture("note.ts"), ...args], { cwd, env: { NOTE_VERSION: version } });
}

describe.concurrent("sluice check", () => {
  it("says what it did not do, and why", async () => {
    await using workspace = await project("first", false);
    expect(await check(workspace.dir, "first")).toEqual({
      code: 0,
      stdout:
        "emit      ok: proto is up to date\n" +
        "lint      ok: buf lint found nothing\n" +
        "breaking  skipped: proto is in no git repository\n",
      stderr: "",
    });
  });

  it("finds what breaks callers since HEAD", async () => {
    await using workspace = await project("first");
    await emit(workspace, "more");
    const good = await check(workspace.dir, "more");
    expect(good).toMatchObject({ code: 0, stderr: "" });
    expect(good.stdout).toContain("breaking  ok: nothing breaks against HEAD\n");

    await emit(workspace, "clash");
    const { code, stdout, stderr } = await check(workspace.dir, "clash");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^breaking {2}proto\/note\/v1\/note\.proto:\d+:\d+: .*field "1".* \(FIELD_NO_DELETE\)$/m,
    );
    expect(stderr).toMatch(/^sluice: 1 finding \(breaking\)\n {2}Keep numbers and names/);
  });

  it("finds what breaks callers of another ref, or of a folder", async () => {
    await using workspace = await project("first");
    await workspace.git("checkout", "--quiet", "-b", "feature");
    await emit(workspace, "clash");
    await workspace.commit();
    const ref = await check(workspace.dir, "clash", "--against", "main", "--json");
    expect(ref.code).toBe(1);
    expect(JSON.parse(ref.stdout)).toMatchObject({
      ok: false,
      emit: { findings: [] },
      lint: { findings: [] },
      breaking: { findings: [{ path: emitted, rule: "FIELD_NO_DELETE" }] },
    });
    await emit(workspace, "first", "old");
    const folder = await check(workspace.dir, "clash", "--against", "old/proto");
    expect(folder.code).toBe(1);
    expect(folder.stdout).toContain("(FIELD_NO_DELETE)");
  });

  it("compares a linked worktree with its own HEAD, also in a hook of git", async () => {
    await using workspace = await project("first");
    await workspace.git("worktree", "add", "--quiet", "-b", "feature", "linked");
    await emit(workspace, "more", "linked");
    await workspace.git("-C", "linked", "commit", "--quiet", "--all", "--message", "more");
    await emit(workspace, "first", "linked");
    const gitDir = workspace.path(".git/worktrees/linked");
    const { code, stdout } = await sluice(["check", fixture("note.ts")], {
      cwd: workspace.path("linked"),
      env: { GIT_DIR: gitDir, GIT_INDEX_FILE: `${gitDir}/index` },
    });
    expect(stdout).toMatch(/field "3".* \(FIELD_NO_DELETE\)$/m);
    expect(code).toBe(1);
  });

  it("leaves lint and breaking to fresh files, and says what to run", async () => {
    await using workspace = await project("first");
    expect(await check(workspace.dir, "clash")).toEqual({
      code: 1,
      stdout:
        `emit      ${emitted}: changed\n` +
        "lint      skipped: the files are stale\n" +
        "breaking  skipped: the files are stale\n",
      stderr: `sluice: 1 finding (emit)\n  Run: sluice emit ${fixture("note.ts")}\n`,
    });
  });

  it("lints by the user's buf.yaml", async () => {
    await using workspace = await project("first", false);
    const modules = "modules:\n  - path: proto\n";
    await workspace.write({ "buf.yaml": `version: v2\n${modules}lint:\n  use: [STANDARD]\n` });
    const { code, stdout, stderr } = await check(workspace.dir, "first");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^lint {6}proto\/note\/v1\/note\.proto:\d+:\d+: .* \(RPC_REQUEST_STANDARD_NAME\)$/m,
    );
    expect(stderr).toMatch(/^sluice: \d findings \(lint\)\n {2}Rename what lint names/);
  });

  it("does not compare files that do not compile", async () => {
    await using workspace = await project("first");
    await workspace.write({ "proto/mine.proto": "syntax = oops;" });
    const { code, stdout } = await check(workspace.dir, "first");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^lint {6}proto\/mine\.proto:1:\d+: .* \(COMPILE\)$/m);
    expect(stdout).toContain("breaking  skipped: the files do not compile\n");
  });

  it("refuses what it cannot compare with, and a missing buf, with exit code 2", async () => {
    await using workspace = await project("first");
    const noRef = await check(workspace.dir, "first", "--against", "nope");
    expect(noRef).toMatchObject({ code: 2, stdout: "" });
    expect(noRef.stderr).toMatch(
      /^sluice: --against nope is neither a folder nor a git ref\n.*git fetch origin nope/,
    );
    await workspace.uninstallTools();
    const noBuf = await sluice(["check", fixture("note.ts")], {
      cwd: workspace.dir,
      env: { PATH: "" },
    });
    expect(noBuf).toMatchObject({ code: 2, stdout: "" });
    expect(noBuf.stderr).toMatch(/^sluice: buf is not installed.*\n.*npm install --save-dev @buf/);
  });
});

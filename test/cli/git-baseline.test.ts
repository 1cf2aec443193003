import { describe, expect, it } from "vitest";
import { findBaseline } from "../../src/cli/check/git-baseline.js";
import { Workspace } from "./cli.js";

describe("what .proto files are compared with", () => {
  it("is nothing, for a reason, or a failure when it was asked for", async () => {
    await using workspace = await Workspace.create({ "proto/x.proto": "" });
    const dir = workspace.path("proto");
    expect(await findBaseline(dir, undefined)).toEqual({
      skipped: `${dir} is in no git repository`,
    });
    await expect(findBaseline(dir, "main")).rejects.toThrow(
      `--against main is no folder, and ${dir} is in no git repository`,
    );
    await workspace.git("init", "--quiet", "--initial-branch", "main");
    expect(await findBaseline(dir, undefined)).toEqual({ skipped: "nothing is committed yet" });
    await workspace.git("add", "package.json");
    await workspace.git("commit", "--quiet", "--message", "no proto");
    expect(await findBaseline(dir, undefined)).toEqual({ skipped: "HEAD has no proto yet" });
    expect(await findBaseline(dir, "main")).toEqual({ skipped: "main has no proto yet" });
    await expect(findBaseline(dir, "nope")).rejects.toThrow(
      "--against nope is neither a folder nor a git ref",
    );
  });

  it("is a commit of the repository, or a folder", async () => {
    await using workspace = await Workspace.create({ "a/proto/x.proto": "", "x.proto": "" });
    await workspace.git("init", "--quiet", "--initial-branch", "main");
    await workspace.commit();
    const commit = await workspace.git("rev-parse", "HEAD");
    const git = `${workspace.path(".git")}#format=git,ref=${commit}`;
    const dir = workspace.path("a/proto");
    expect(await findBaseline(dir, undefined)).toEqual({
      input: `${git},subdir=a/proto`,
      label: "HEAD",
    });
    expect(await findBaseline(workspace.dir, "main")).toEqual({ input: git, label: "main" });
    expect(await findBaseline(workspace.dir, dir)).toEqual({ input: dir, label: dir });
  });
});

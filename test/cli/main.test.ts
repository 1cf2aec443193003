import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { fixture, sluice } from "./cli.js";

const cwd = tmpdir();
const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

describe.concurrent("sluice", () => {
  it("lists the commands and what exit codes mean for --help", async () => {
    const { code, stdout, stderr } = await sluice(["--help"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["dev", "serve", "emit", "check", "call", "events", "ls"]) {
      expect(stdout).toMatch(new RegExp(`^ *${name} {2,}\\w`, "m"));
    }
    expect(stdout).toContain("EXIT CODES");
    expect(stdout).not.toContain("\u001b");
  });

  it("describes one command for --help after it", async () => {
    const { code, stdout } = await sluice(["emit", "--help"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("USAGE sluice emit [OPTIONS] <FILE>");
    expect(stdout).toContain("--check");
  });

  it("describes a command of a group for --help after it", async () => {
    const { code, stdout } = await sluice(["events", "query", "--help"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("USAGE sluice events query [OPTIONS] [TYPES...]");
  });

  it("prints the version of the package", async () => {
    expect(await sluice(["--version"], { cwd })).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  });

  it.each([
    [[], /^Decorated TypeScript classes[\s\S]*USAGE sluice/],
    [
      ["emti"],
      /^sluice: unknown command "emti"\n {2}Did you mean "emit"\? There are: dev, serve, /,
    ],
    [["events"], /^Append, query and follow events[\s\S]*USAGE sluice events append\|query/],
    [["events", "quary"], /^sluice: unknown command "events quary"\n {2}Did you mean "query"\? /],
    [["events", "--json"], /^\{"error":\{"message":"no command","next":"Choose one: append, /],
    [["frobnicate"], /^sluice: unknown command "frobnicate"\n {2}There are: dev, serve, emit, /],
    [["--json"], /^\{"error":\{"message":"no command","next":"Choose one: dev, /],
    [["emit"], /^sluice: missing argument FILE\n {2}It is: Module that exports the App/],
    [
      ["emit", "app.ts", "--chekc"],
      /^sluice: unknown option --chekc\n {2}Did you mean --check\?\n$/,
    ],
    [["emit", "app.ts", "--dir"], /^sluice: Option '--dir <value>' argument missing\n/],
    [["emit", "app.ts", "b.ts"], /^sluice: unexpected argument "b\.ts"\n/],
    [["dev", fixture("demo.ts"), "--port", "x"], /^sluice: --port must be a whole number from 0 /],
    [["ls"], /^sluice: ls needs one thing to look at\n/],
  ])("refuses %j with exit code 2 and the next step", async (args, message) => {
    const { code, stdout, stderr } = await sluice(args, { cwd });
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

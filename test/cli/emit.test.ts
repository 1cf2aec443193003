import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fixture, sluice, sluiceModule, Workspace } from "./cli.js";

/** A module with one service; `how` says what becomes of the app. */
const module = (how: string) => `
  import { App, action, field, message, service } from ${JSON.stringify(sluiceModule)};
  @message() class Note { @field(1, "string") text!: string; }
  @service() class Demo { @action({ request: Note, response: Note }) ping(note: Note) { return note; } }
  const options = { name: "demo", services: [new Demo()], proto: { emit: true, dir: "proto" } };
  ${how}
`;

const emitted = "proto/demo/v1/demo.proto";

describe.concurrent("sluice emit", () => {
  it("writes what has changed and says so; --check only says so", async () => {
    await using workspace = await Workspace.create({
      "app.ts": module("console.log('noise'); export const app = new App(options);"),
    });
    const { dir: cwd } = workspace;
    const stale = await sluice(["emit", "app.ts", "--check"], { cwd });
    expect(stale).toEqual({
      code: 1,
      stdout: `missing  ${emitted}\n`,
      stderr: "noise\nsluice: 1 file stale in proto\n  Run: sluice emit app.ts\n",
    });
    await expect(readFile(workspace.path(emitted))).rejects.toThrow("ENOENT");

    const first = await sluice(["emit", "app.ts"], { cwd });
    expect(first).toMatchObject({ code: 0, stdout: `created  ${emitted}\n` });
    expect(await readFile(workspace.path(emitted), "utf8")).toContain("rpc Ping(Note)");
    const fresh = await sluice(["emit", "app.ts", "--check"], { cwd });
    expect(fresh).toMatchObject({ code: 0, stdout: "1 file up to date in proto\n" });

    await workspace.write({ [emitted]: "edited" });
    const edited = await sluice(["emit", "app.ts", "--check", "--json"], { cwd });
    const files = [{ path: "demo/v1/demo.proto", state: "changed" }];
    expect(JSON.parse(edited.stdout)).toEqual({ dir: "proto", stale: true, files });
    expect(edited.code).toBe(1);
    expect(JSON.parse(edited.stderr.replace("noise\n", ""))).toEqual({
      error: { message: "1 file stale in proto", next: "Run: sluice emit app.ts" },
    });
    expect(await sluice(["emit", "app.ts"], { cwd })).toMatchObject({
      code: 0,
      stdout: `updated  ${emitted}\n`,
    });
  });

  it("emits into another folder with --dir", async () => {
    await using workspace = await Workspace.create();
    const { dir: cwd } = workspace;
    const args = ["emit", fixture("demo.ts"), "--dir", "out"];
    const { code, stdout } = await sluice(args, { cwd });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "created  out/demo/v1/demo.proto\ncreated  out/demo/v2/demo.proto\n",
    });
  });

  it.each([
    ["a default export", module("export default new App(options);")],
    ["a promise", module("export const app = Promise.resolve(new App(options));")],
    ["a default export of a promise", module("export default (async () => new App(options))();")],
    [
      "a main() that finalizes and listens in its own time",
      module(`
        export const app = new App(options);
        (async () => { await app.finalize(); await app.listen({ port: 0 }); })();
      `),
    ],
  ])("takes %s", async (_, text) => {
    await using workspace = await Workspace.create({ "app.ts": text });
    const { code, stderr } = await sluice(["emit", "app.ts"], { cwd: workspace.dir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await readFile(workspace.path(emitted), "utf8")).toContain("rpc Ping(Note)");
  });

  it("takes a module of a CommonJS package", async () => {
    await using workspace = await Workspace.create({
      "app.ts": module("export const app = new App(options);"),
      "package.json": "{}",
    });
    const { code, stdout } = await sluice(["emit", "app.ts"], { cwd: workspace.dir });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `created  ${emitted}\n` });
  });

  it("takes a finalized app, but refuses to check what it has just written itself", async () => {
    await using workspace = await Workspace.create({
      "app.ts": module("export const app = await new App(options).finalize();"),
    });
    const { dir: cwd } = workspace;
    const check = await sluice(["emit", "app.ts", "--check"], { cwd });
    expect(check.code).toBe(2);
    expect(check.stderr).toMatch(
      /^sluice: app\.ts finalizes its app when it is imported, .*\n {2}Export the app before finalize\(\)/,
    );
    expect(await sluice(["emit", "app.ts"], { cwd })).toMatchObject({
      code: 0,
      stdout: "1 file up to date in proto\n",
    });
  });

  it.each([
    ["nope.ts", "", /^sluice: there is no file nope\.ts\n {2}Name the module that exports/],
    ["app.ts", "const x = ;", /^sluice: cannot load app\.ts: Unexpected ";" \(app\.ts:1:10\)\n/],
    ["app.ts", "\nnull.x;", /cannot load app\.ts: TypeError: Cannot read .* \(app\.ts:2:\d+\)\n/],
    [
      "app.ts",
      "import './dep.js';",
      /cannot load app\.ts: Cannot find module .*dep\.js.*\n {2}Check/,
    ],
    [
      "app.ts",
      "export const x = 1;",
      /app\.ts exports no App \(only x\)\n {2}Add: export const app/,
    ],
    ["app.ts", module("export const demo = new App(options);"), /its App as `demo`\n {2}Rename it/],
    ["app.ts", module("export const app = () => 1;"), /exports a function as `app`, not an App\n/],
    [
      "app.ts",
      module("export const app = new App({ ...options, name: '' });"),
      /cannot load app\.ts: App options: .* \(app_options_invalid\) \(app\.ts:\d+:\d+\)\n$/,
    ],
    [
      "app.ts",
      module("export const app = await new App(options).finalize(); await app.listen();"),
      /app\.ts starts a server when it is imported\n {2}Export the App [\s\S]*sluice dev app\.ts\n$/,
    ],
    [
      "app.ts",
      "process.exit(0);",
      /the process ended before the command had finished \(exit code 0/,
    ],
    [
      "app.ts",
      "await new Promise(() => {});",
      /^sluice: the process ended before the command had finished .*\n {2}Look in the module/,
    ],
  ])(
    "refuses %s (%#) with exit code 2, what is wrong and what to do",
    async (file, text, message) => {
      await using workspace = await Workspace.create({ "app.ts": text });
      const { code, stdout, stderr } = await sluice(["emit", file], { cwd: workspace.dir });
      expect(stderr).toMatch(message);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );

  it("shows the stack with --verbose", async () => {
    await using workspace = await Workspace.create({ "app.ts": "throw new RangeError('out');" });
    const { code, stderr } = await sluice(["emit", "app.ts", "--verbose"], { cwd: workspace.dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ +at .*app\.ts:1/m);
  });
});

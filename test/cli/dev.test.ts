import { readFile } from "node:fs/promises";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { isAlive, RunningCli, sluiceModule, Workspace, waitFor } from "./cli.js";

/** An app that says which process it runs in, and takes its time where it is asked to. */
const appModule = (what = "") => `
  import { setTimeout as delay } from "node:timers/promises";
  import { App, action, field, message, service } from ${JSON.stringify(sluiceModule)};
  import { greeting } from "./greeting.js";
  @message() class Answer { @field(1, "string") text!: string; @field(2, "int32") pid!: number; }
  @service() class Demo {
    @action({ request: "string", response: Answer })
    greet(name: string) { return { text: greeting + " " + name, pid: process.pid }; }
    @action({ request: "int32", response: "string" })
    async wait(ms: number) { console.log("waiting"); await delay(ms); return "waited"; }
  }
  export const app = new App({ name: "demo", services: [new Demo()], proto: { dir: "proto" } });
  ${what}
`;
const greeting = (text: string) => `export const greeting: string = ${JSON.stringify(text)};`;

/** `sluice dev` in a folder of its own, at a port chosen by the system. */
class Dev implements AsyncDisposable {
  url = "";

  private constructor(
    readonly workspace: Workspace,
    readonly cli: RunningCli,
  ) {}

  static async start(app = appModule(), ...args: string[]): Promise<Dev> {
    const files = { "app.ts": app, "greeting.ts": greeting("hello") };
    const workspace = await Workspace.create(files);
    const options = { cwd: workspace.dir };
    return new Dev(workspace, new RunningCli(["dev", "app.ts", "--port", "0", ...args], options));
  }

  /** Waits until the app serves. */
  async serving(): Promise<this> {
    [, this.url = ""] = await this.cli.says(/^demo on (http:\S+\d)/m);
    return this;
  }

  async post(method: string, value: unknown): Promise<Response> {
    return fetch(`${this.url}/demo.v1.DemoService/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value }),
    });
  }

  async greet(): Promise<{ text: string; pid: number }> {
    return (await (await this.post("Greet", "you")).json()) as { text: string; pid: number };
  }

  /** Writes files and returns what has been printed before. */
  async edit(files: Record<string, string>): Promise<number> {
    const { length } = this.cli.stdout;
    await this.workspace.write(files);
    return length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cli[Symbol.asyncDispose]();
    await this.workspace[Symbol.asyncDispose]();
  }
}

/** Resolves when nothing listens there any more. */
function closed(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return waitFor(async () => {
    const refused = await new Promise((resolve) => {
      const socket = net.connect(Number(port), hostname);
      socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
      socket.once("connect", () => socket.destroy());
    });
    expect(refused).toBe(true);
  });
}

describe.concurrent("sluice dev", () => {
  it("serves, shows the RPCs and a curl line, reloads what an imported file changes", async () => {
    await using dev = await Dev.start();
    await dev.serving();
    const { stdout } = dev.cli;
    expect(stdout).toContain("wrote proto/demo/v1/demo.proto\n");
    expect(stdout).toMatch(
      /^ {2}\/demo\.v1\.DemoService\/Greet {2}unary {2}GreetRequest → Answer$/m,
    );
    expect(await readFile(dev.workspace.path("proto/demo/v1/demo.proto"), "utf8")).toContain(
      "Greet(",
    );
    await dev.cli.says(
      /^Try: curl -H 'content-type: application\/json' -d '\{"value":""\}' http:\S+\/demo\.v1\.DemoService\/Greet$/m,
    );
    const first = await dev.greet();
    expect(first.text).toBe("hello you");

    const since = await dev.edit({ "greeting.ts": greeting("goodbye") });
    await dev.cli.says(/^greeting\.ts changed\n[\s\S]*^demo reloaded in \d+ ms$/m, since);
    // At the same port, though it was chosen by the system.
    const second = await dev.greet();
    expect(second.text).toBe("goodbye you");
    expect(second.pid).not.toBe(first.pid);
    expect(isAlive(first.pid)).toBe(false);

    expect(dev.cli.stdout.match(/ changed$/gm)).toHaveLength(1);

    const again = await dev.edit({ "app.ts": appModule().replace("greet(", "salute(") });
    await dev.cli.says(/^wrote proto[\s\S]*^demo on [\s\S]*DemoService\/Salute /m, again);
  });

  it("ends on SIGTERM with exit code 0 and leaves neither process nor port", async () => {
    await using dev = await Dev.start(appModule("setInterval(() => {}, 1000);"));
    await dev.serving();
    const { pid } = await dev.greet();
    dev.cli.child.kill("SIGTERM");
    expect(await dev.cli.ended).toMatchObject({ code: 0, stderr: "" });
    expect(isAlive(pid)).toBe(false);
    await closed(dev.url);
  });

  it("waits for a change after a syntax error, a missing file, a crash", async () => {
    await using dev = await Dev.start("export const app = ;");
    await dev.cli.complains(/^sluice: cannot load app\.ts: Unexpected ";" \(app\.ts:1:19\)\n/m);
    await dev.cli.says(/^app\.ts has ended \(exit code 1\); waiting for a change$/m);
    await dev.edit({ "app.ts": appModule('import "./later.js";') });
    await dev.cli.complains(/^sluice: cannot load app\.ts: Cannot find module .*later\.js/m);
    // Nothing has imported this one yet.
    await waitFor(() => expect(dev.cli.stdout.match(/waiting for a change/g)).toHaveLength(2));
    await dev.edit({ "later.ts": "export {};" });
    await dev.serving();
    expect((await dev.greet()).text).toBe("hello you");

    const broken = await dev.edit({ "greeting.ts": "export const greeting = (;" });
    await dev.cli.says(/waiting for a change/, broken);
    await dev.cli.complains(/\(greeting\.ts:1:25\)\n/);
    await closed(dev.url);
    const crash = `${greeting("hi")} setTimeout(() => { throw new Error("crashed"); }, 20);`;
    const crashing = await dev.edit({ "greeting.ts": crash });
    await dev.cli.says(/waiting for a change/, crashing);
    expect(dev.cli.stderr).toContain("Error: crashed");
    const fixed = await dev.edit({ "greeting.ts": greeting("fixed") });
    await dev.cli.says(/^demo reloaded/m, fixed);
    expect((await dev.greet()).text).toBe("fixed you");
  });

  it("lets calls in flight finish before it reloads", async () => {
    await using dev = await Dev.start();
    await dev.serving();
    const call = dev.post("Wait", 700);
    await dev.cli.says(/^waiting$/m);
    const since = await dev.edit({ "greeting.ts": greeting("new") });
    const answer = await call;
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { value: "waited" },
    });
    await dev.cli.says(/^demo reloaded/m, since);
    expect((await dev.greet()).text).toBe("new you");
  });

  it("ends at once on a second signal", async () => {
    await using dev = await Dev.start();
    await dev.serving();
    const { pid } = await dev.greet();
    const call = dev.post("Wait", 60_000).catch(() => "cut off");
    await dev.cli.says(/^waiting$/m);
    dev.cli.child.kill("SIGINT");
    await dev.cli.says(/^closing$/m);
    // One that follows too closely is taken for the same keystroke.
    await waitFor(() => {
      dev.cli.child.kill("SIGINT");
      expect(dev.cli.child.exitCode).not.toBeNull();
    });
    expect((await dev.cli.ended).code).toBe(130);
    expect(await call).toBe("cut off");
    await waitFor(() => expect(isAlive(pid)).toBe(false));
  });

  it("leaves no orphan when it is killed itself", async () => {
    await using dev = await Dev.start();
    await dev.serving();
    const { pid } = await dev.greet();
    dev.cli.child.kill("SIGKILL");
    await waitFor(() => expect(isAlive(pid)).toBe(false));
    await closed(dev.url);
  });

  it.each([
    ["awaits it", "await app.finalize(); await app.listen({ port: 0 });"],
    ["does not await it", "app.finalize().then(() => app.listen({ port: 0 }));"],
  ])("does not listen twice for a module that listens by itself and %s", async (_, what) => {
    await using dev = await Dev.start(appModule(what));
    await dev.serving();
    expect(dev.cli.stdout).toMatch(/^demo on http:\S+, where it listens by itself$/m);
    expect((await dev.greet()).text).toBe("hello you");
    dev.cli.child.kill("SIGTERM");
    expect(await dev.cli.ended).toMatchObject({ code: 0, stderr: "" });
    await closed(dev.url);
  });

  it("listens for a module that has only finalized its app", async () => {
    await using dev = await Dev.start(appModule("await app.finalize();"));
    await dev.serving();
    expect(dev.cli.stdout).not.toContain("by itself");
    expect((await dev.greet()).text).toBe("hello you");
  });

  it("refuses a port that is taken with exit code 2", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as net.AddressInfo;
    await using dev = await Dev.start(appModule(), `--port=${port}`);
    const { code, stderr } = await dev.cli.ended;
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sluice: cannot listen on 127\.0\.0\.1 port \d+: the port is in use/);
    expect(stderr).toMatch(/^ {2}Choose another one: sluice dev app\.ts --port 8080$/m);
  });
});

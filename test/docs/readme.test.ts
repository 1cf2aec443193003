import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** The first fenced block of README.md that satisfies `predicate`. */
async function block(language: string, predicate: (code: string) => boolean): Promise<string> {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const found = blocks.find(([, lang, code]) => lang === language && predicate(code!));
  if (found === undefined) throw new Error(`README.md has no such ${language} block`);
  return found[2]!;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a file and resolves with its process once it has printed `ready`. */
async function start(file: string, ready: string) {
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    cwd: dir,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const stopped = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      output += chunk;
      if (output.includes(ready)) resolve();
    };
    child.stdout.on("data", onData);
    child.stderr.on("data", onData);
    child.once("exit", () => reject(new Error(`${file} ended: ${output}`)));
  });
  return {
    output: () => output,
    async stop() {
      child.kill();
      await stopped;
    },
  };
}

let dir: string;
let port: number;
const here = (code: string) => code.replaceAll("8080", String(port));

// Inside the repository, so that `sluice` and the packages around it resolve as for a user.
beforeAll(async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  dir = await mkdtemp(join(root, ".cache/readme-"));
  port = await freePort();
  await writeFile(join(dir, "app.ts"), here(await block("ts", (c) => c.startsWith("// app.ts"))));
  await writeFile(
    join(dir, "client.ts"),
    here(await block("ts", (c) => c.startsWith("// client.ts"))),
  );
});

afterAll(() => rm(dir, { recursive: true, force: true }));

test("the first screen of README.md runs as written", async () => {
  const server = await start("app.ts", "listening on");
  try {
    const emitted = await readFile(join(dir, "proto/demo/v1/demo.proto"), "utf8");
    expect(emitted).toBe(await block("proto", () => true));

    await writeFile(
      join(dir, "buf.gen.yaml"),
      "version: v2\ninputs: [{directory: proto}]\n" +
        "plugins: [{local: protoc-gen-es, out: gen, opt: [target=ts, import_extension=js]}]\n",
    );
    const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
    await run("buf", ["generate"], { cwd: dir, env: { ...process.env, PATH: path } });
    const client = await start("client.ts", "Z\n");
    await client.stop();
    expect(client.output()).toMatch(/^pong: hello\n\d+(\.\d+)? \d{4}-/);

    const curl = here(await block("sh", (code) => code.startsWith("curl")));
    const { stdout } = await run("sh", ["-c", curl]);
    expect(JSON.parse(stdout)).toEqual({ message: "pong: hello" });
  } finally {
    await server.stop();
  }
});

/**
 * Generates Go and Python clients from the .proto files that the host-telemetry example emits, and
 * lets them call it: `npm run interop`.
 *
 * A language whose tools are missing is left out, and says so; with CI=true it fails instead.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const cache = join(root, ".cache/interop");
const python = join(cache, "venv/bin/python");
const protoDirs = ["proto", "examples/host-telemetry/proto"];
const goPlugins = [
  "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12",
  "connectrpc.com/connect/cmd/protoc-gen-connect-go@v1.21.1",
];
const pythonPackages = ["grpcio==1.85.1", "grpcio-tools==1.85.1", "grpcio-status==1.85.1"];

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd = root): void {
  execFileSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
}

function generate(template: string): void {
  const path = [join(cache, "bin"), join(root, "node_modules/.bin"), process.env.PATH];
  for (const dir of protoDirs) {
    run("buf", ["generate", "--template", template, dir], { PATH: path.join(delimiter) });
  }
}

function checkGo(url: string): void {
  for (const plugin of goPlugins) run("go", ["install", plugin], { GOBIN: join(cache, "bin") });
  generate("test/interop/buf.gen.go.yaml");
  run("go", ["run", ".", url], {}, join(root, "test/interop/go"));
}

function checkPython(url: string): void {
  if (!existsSync(python)) {
    run("python3", ["-m", "venv", join(cache, "venv")]);
    run(python, ["-m", "pip", "install", "--quiet", ...pythonPackages]);
  }
  generate("test/interop/buf.gen.python.yaml");
  const gen = "test/interop/python/gen";
  const includes = protoDirs.flatMap((dir) => ["-I", dir]);
  const proto = "examples/host-telemetry/proto/hosttelemetry/v1/hosttelemetry.proto";
  run(python, ["-m", "grpc_tools.protoc", ...includes, `--grpc_python_out=${gen}`, proto]);
  run(python, ["test/interop/python/client.py", new URL(url).host], {
    PYTHONPATH: join(root, gen),
  });
}

/** Starts the example on a free port and resolves with its URL. */
async function startExample(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/host-telemetry/main.ts"], {
    cwd: root,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const found = /http:\/\/[^\s/]+/.exec(output);
      if (found) resolve(found[0]);
    });
    child.once("exit", () => reject(new Error("the example ended before it listened")));
  });
  return {
    url,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ["--help"], { stdio: "ignore" });
    return true;
  } catch (error) {
    // `go --help` exits with 2; only a missing program has no status.
    return typeof (error as { status?: unknown }).status === "number";
  }
}

const example = await startExample();
try {
  for (const [command, check] of [
    ["go", checkGo],
    ["python3", checkPython],
  ] as const) {
    if (isThere(command)) {
      try {
        check(example.url);
      } catch (error) {
        console.error(String(error));
        process.exitCode = 1;
      }
    } else {
      console.log(`skipped: ${command} is not installed`);
      if (process.env.CI === "true") process.exitCode = 1;
    }
  }
} finally {
  await example.stop();
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root; every command of the conformance run starts here. */
export const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The suite's pinned release. v1.0.7 cannot be built from proxy.golang.org (it refuses one of its dependencies,
 * connectrpc.com/connect/v2 v2.0.2); its .proto files and server test cases equal those of v1.0.6.
 */
export const suiteVersion = "v1.0.6";

const suiteModule = "connectrpc.com/conformance";
const cacheDir = `${repositoryRoot}.cache/conformance/`;
const binDir = `${cacheDir}${suiteVersion}/`;
const genDir = `${cacheDir}gen/`;

/** The suite's program; there once `installSuite()` has returned. */
export const suiteBinary = `${binDir}connectconformance`;

/** A missing tool or a failed preparation: the message alone says what to do, a stack would add nothing. */
export class PreparationError extends Error {
  override name = "PreparationError";
}

/** Builds the suite's program into the cache, unless this version is already there (about a minute on two cores). */
export function installSuite(): void {
  if (existsSync(suiteBinary)) return;
  console.log(`installing ${suiteModule} ${suiteVersion} into .cache/conformance (once)`);
  mkdirSync(binDir, { recursive: true });
  runTool("go", ["install", `${suiteModule}/cmd/connectconformance@${suiteVersion}`], {
    GOBIN: binDir,
  });
}

/**
 * Generates the suite's messages from the .proto files that come with its Go module, so that nothing generated is
 * committed and no schema registry is asked. Done again only after a change of the suite's or the generator's version.
 */
export function generateMessages(): void {
  const stampFile = `${genDir}.stamp`;
  const generatorDir = `${repositoryRoot}node_modules/@bufbuild/protoc-gen-es/`;
  const generator = JSON.parse(readFileSync(`${generatorDir}package.json`, "utf8"));
  const stamp = `${suiteVersion} protoc-gen-es ${generator.version}`;
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;

  rmSync(genDir, { recursive: true, force: true });
  const template = {
    version: "v2",
    plugins: [
      {
        local: [process.execPath, `${generatorDir}bin/protoc-gen-es`],
        out: genDir,
        opt: ["target=ts", "import_extension=js"],
      },
    ],
  };
  const protoDir = `${suiteModuleDir()}/proto`;
  runTool(`${repositoryRoot}node_modules/.bin/buf`, [
    "generate",
    protoDir,
    "--template",
    JSON.stringify(template),
    ...["service", "server_compat"].flatMap((name) => [
      "--path",
      `${protoDir}/connectrpc/conformance/v1/${name}.proto`,
    ]),
    "--include-imports",
  ]);
  writeFileSync(stampFile, stamp);
}

/** The folder in which the ordinary Go module cache keeps the suite's sources. */
function suiteModuleDir(): string {
  const answer = runTool("go", ["mod", "download", "-json", `${suiteModule}@${suiteVersion}`]);
  return JSON.parse(answer).Dir;
}

/** Runs a tool to its end and returns what it printed; its error output is shown as it comes. */
function runTool(command: string, args: string[], env: NodeJS.ProcessEnv = {}): string {
  const done = spawnSync(command, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (done.error && "code" in done.error && done.error.code === "ENOENT") {
    throw new PreparationError(
      command === "go"
        ? `The conformance suite is a Go program and there is no "go" on the PATH: install Go 1.26 or newer (https://go.dev/dl) and run again.`
        : `${command} is missing: run npm ci first.`,
    );
  }
  if (done.error) throw done.error;
  if (done.status !== 0) {
    // go mod download -json reports its errors on stdout.
    throw new PreparationError(
      `${command} ${args[0]} failed (${done.signal ?? `exit code ${done.status}`}).\n${done.stdout}`,
    );
  }
  return done.stdout;
}

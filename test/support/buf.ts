import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Files of one buf module: text by path, as `{ "demo/v1/demo.proto": 'syntax = "proto3";…' }`. */
export type ProtoFiles = Readonly<Record<string, string>>;

/** One finding of `buf lint`. */
export interface LintFinding {
  readonly path: string;
  readonly line: number;
  /** The lint rule, such as `PACKAGE_VERSION_SUFFIX`, or `COMPILE`. */
  readonly rule: string;
  readonly message: string;
}

/** A module without dependencies: buf finds everything it needs on this machine. */
const plainConfig = "version: v2\n";

const bufPath = resolve(dirname(fileURLToPath(import.meta.url)), "../../node_modules/.bin/buf");

/**
 * Compiles `files` with `buf build`. The set has every file and the well-known files they import,
 * imported ones first, with comments. When a file does not compile, throws buf's own words and the
 * text of the first file they name.
 */
export async function buildWithBuf(files: ProtoFiles): Promise<FileDescriptorSet> {
  const args = ["build", "--as-file-descriptor-set", "-o", "-#format=binpb"];
  const { code, stdout, stderr } = await runBuf(args, files, plainConfig);
  if (code !== 0) {
    const path = Object.keys(files).find((name) => stderr.startsWith(`${name}:`));
    const text = path === undefined ? "" : `\n${path}:\n${files[path]}`;
    throw new Error(`buf build failed:\n${stderr}${text}`);
  }
  return fromBinary(FileDescriptorSetSchema, stdout);
}

/** What `buf format` would change in `files`, as a diff: empty if nothing. */
export async function formatDiff(files: ProtoFiles): Promise<string> {
  const args = ["format", "-d", "--exit-code"];
  const { code, stdout, stderr } = await runBuf(args, files, plainConfig);
  const diff = stdout.toString();
  if (code !== 0 && diff === "") throw new Error(`buf format failed:\n${stderr}`);
  return diff;
}

/** Findings of `buf lint` under a buf.yaml of the given text, by default with the STANDARD rules. */
export async function lint(
  files: ProtoFiles,
  config = `${plainConfig}lint:\n  use:\n    - STANDARD\n`,
): Promise<LintFinding[]> {
  const { code, stdout, stderr } = await runBuf(["lint", "--error-format", "json"], files, config);
  const lines = stdout.toString().split("\n").filter(Boolean);
  if (code !== 0 && lines.length === 0) throw new Error(`buf lint failed:\n${stderr}`);
  return lines.map((line) => {
    const { path, start_line, type, message } = JSON.parse(line);
    return { path, line: start_line ?? 0, rule: type, message };
  });
}

interface BufResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs buf in a folder of its own that holds `files` and nothing else, and removes the folder. */
async function runBuf(args: string[], files: ProtoFiles, config: string): Promise<BufResult> {
  const dir = await mkdtemp(join(tmpdir(), "sluice-buf-"));
  try {
    await writeFile(join(dir, "buf.yaml"), config);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    return await execBuf(args, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function execBuf(args: string[], cwd: string): Promise<BufResult> {
  const options = { cwd, encoding: "buffer", maxBuffer: 1 << 28 } as const;
  return new Promise((done, fail) => {
    execFile(bufPath, args, options, (error, stdout, stderr) => {
      // A number is buf's verdict on the files; anything else means that buf itself did not run.
      if (error && typeof error.code !== "number") fail(error);
      else done({ code: Number(error?.code ?? 0), stdout, stderr: stderr.toString() });
    });
  });
}

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tools, UserProject } from "../decorators/user-project.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const fixtures = join(import.meta.dirname, "fixtures");
const bin = resolve(import.meta.dirname, "../../node_modules/.bin");
const shapes = { legacy: { experimentalDecorators: true }, standard: {} } as const;
const compilers = { "TypeScript 7": tools.tsc7, "TypeScript 5.9": tools.tsc5 } as const;

type Shape = keyof typeof shapes;

/** Marks an error the next line has to have, and part of what it says. */
const mark = /^\s*\/\/ @ts-expect-error: (.*)$/;

let project: UserProject;

beforeAll(async () => {
  project = await UserProject.create();
  await generateContract();
  for (const shape of Object.keys(shapes) as Shape[]) await prepare(shape);
});

afterAll(() => project[Symbol.asyncDispose]());

describe.concurrent.each(Object.keys(shapes) as Shape[])("with %s decorators", (shape) => {
  test.each(Object.entries(compilers))(
    "%s reports what the fixtures mark, in those words, and nothing else",
    async (_, compiler) => {
      const reported = await diagnose(compiler, `${shape}-unmarked`);
      const expected = await expectedErrors(shape);
      expect(expected.size).toBeGreaterThan(80);
      const describeAll = (keys: Iterable<string>) =>
        [...keys].map((key) => `${key}: ${reported.get(key) ?? "no error"}`);
      expect(describeAll([...reported.keys()].filter((key) => !expected.has(key)))).toEqual([]);
      expect(describeAll([...expected.keys()].filter((key) => !reported.has(key)))).toEqual([]);
      const differing = [...expected].filter(([key, part]) => !reported.get(key)?.includes(part));
      expect(differing.map(([key, part]) => ({ part, ...{ [key]: reported.get(key) } }))).toEqual(
        [],
      );
    },
  );

  test.each([
    ["as they are", ""],
    ["under the strictest options", "-strictest"],
  ])("the fixtures compile %s", async (_, suffix) => {
    expect([...(await diagnose(tools.tsc7, shape + suffix))]).toEqual([]);
  });
});

/** What @tsconfig/strictest turns on besides `strict`, and can matter to types. */
const strictest = {
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};

/** Copies the fixtures of a shape: as they are, and without what silences their errors. */
async function prepare(shape: Shape): Promise<void> {
  for (const file of await filesOf(shape)) {
    const text = await readFile(join(fixtures, file), "utf8");
    await project.write(`${shape}/${file}`, text);
    await project.write(`${shape}-strictest/${file}`, text);
    await project.write(
      `${shape}-unmarked/${file}`,
      text.replaceAll("// @ts-expect-error:", "// expected:"),
    );
  }
  for (const folder of [shape, `${shape}-unmarked`, `${shape}-strictest`]) {
    const strict = folder.endsWith("strictest") ? strictest : {};
    await project.configure(folder, { ...shapes[shape], ...strict, noEmit: true });
    await project.copy(project.path("contract/gen"), `${folder}/gen`);
  }
}

/** Fixtures of one shape alone end in its name. */
async function filesOf(shape: Shape): Promise<string[]> {
  const others = (Object.keys(shapes) as Shape[]).filter((other) => other !== shape);
  const files = (await readdir(fixtures)).filter((file) => file.endsWith(".ts"));
  return files.filter((file) => !others.some((other) => file.endsWith(`-${other}.ts`)));
}

async function expectedErrors(shape: Shape): Promise<Map<string, string>> {
  const expected = new Map<string, string>();
  for (const file of await filesOf(shape)) {
    const lines = (await readFile(join(fixtures, file), "utf8")).split("\n");
    lines.forEach((line, i) => {
      const part = mark.exec(line)?.[1];
      // Lines count from 1, and the error is on the next one.
      if (part !== undefined) expected.set(`${file}:${i + 2}`, part);
    });
  }
  return expected;
}

/** What a compiler reports, by `file:line`. */
async function diagnose(compiler: string, folder: string): Promise<Map<string, string>> {
  const { stdout } = await project.node(folder, [compiler, "-p", ".", "--pretty", "false"]);
  const found = new Map<string, string>();
  for (const [, file, line, text = ""] of stdout.matchAll(
    /^(\S+?)\((\d+),\d+\): error (TS\d+: .*(?:\n .*)*)/gm,
  )) {
    const key = `${file}:${line}`;
    found.set(key, [found.get(key), text].filter(Boolean).join("\n"));
  }
  if (found.size === 0 && stdout.trim() !== "") throw new Error(stdout);
  return found;
}

/** The code of contract.proto as users generate it, in a folder of its own. */
async function generateContract(): Promise<void> {
  const plugin = { local: join(bin, "protoc-gen-es"), out: "gen", opt: ["target=ts"] };
  const template = JSON.stringify({ version: "v2", plugins: [plugin] });
  await project.write("contract/buf.yaml", "version: v2\n");
  await project.copy(join(fixtures, "contract.proto"), "contract/contract.proto");
  const cwd = project.path("contract");
  await promisify(execFile)(join(bin, "buf"), ["generate", "--template", template], { cwd });
}

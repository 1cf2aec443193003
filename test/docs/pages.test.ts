import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

interface Block {
  readonly language: string;
  readonly code: string;
  readonly line: number;
}

async function blocks(page: string): Promise<Block[]> {
  const text = await readFile(join(root, "docs", page), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1]!,
    code: match[2]!,
    line: text.slice(0, match.index).split("\n").length,
  }));
}

let dir: string;

beforeAll(async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  dir = await mkdtemp(join(root, ".cache/docs-"));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

async function finished(
  command: string,
  args: string[],
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

/** Emits a module's exported message classes, as the requests of a service made for the purpose. */
const emitter = `
import { App, action, service } from "sluice";
const module = await import(process.argv[2]);
class Page {}
for (const [name, type] of Object.entries(module)) {
  if (typeof type !== "function") continue;
  Page.prototype[name] = function (request) {};
  action({ request: type })(Page.prototype, name, { value: Page.prototype[name] });
}
service()(Page);
const app = new App({ name: "docs", services: [new Page()] });
console.log(app.schema().protoFiles().map((file) => file.text).join("\\n"));
`;

const pages = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const modules = (
  await Promise.all(pages.map(async (page) => ({ page, all: await blocks(page) })))
).flatMap(({ page, all }) =>
  all.flatMap((block, i) =>
    block.language === "ts"
      ? [{ name: `${page}:${block.line}`, code: block.code, next: all[i + 1] }]
      : [],
  ),
);

describe.concurrent("code in docs/ runs as written", () => {
  test.each(modules)("$name", { timeout: 60_000 }, async ({ name, code, next }) => {
    const file = join(dir, `${name.replaceAll(/\W+/g, "-")}.ts`);
    await writeFile(file, code);
    if (next?.language !== "proto") {
      const { code: exit, output } = await finished(process.execPath, ["--import", "tsx", file]);
      expect(output).toBe("");
      expect(exit).toBe(0);
      return;
    }
    const emit = join(dir, "emit.mjs");
    await writeFile(emit, emitter);
    const { output } = await finished(process.execPath, ["--import", "tsx", emit, file]);
    expect(output).toContain(next.code);
  });
});

test("code in docs/ compiles", async () => {
  for (const { name, code } of modules) {
    await writeFile(join(dir, `${name.replaceAll(/\W+/g, "-")}.ts`), code);
  }
  await writeFile(
    join(dir, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { rootDir: "../..", experimentalDecorators: false },
      include: ["*.ts"],
      exclude: [],
    }),
  );
  const { output } = await finished(join(root, "node_modules/.bin/tsc"), ["-p", dir]);
  expect(output).toBe("");
}, 60_000);

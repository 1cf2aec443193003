import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Finished, tools, UserProject } from "./user-project.js";

// Thirty compilers and programs, on however busy a machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const fixtures = join(import.meta.dirname, "../toolchains/fixtures");

const standard = {};
const legacy = { experimentalDecorators: true };
const withMetadata = { experimentalDecorators: true, emitDecoratorMetadata: true };

interface Toolchain {
  readonly name: string;
  /** Of tsconfig.json, where the tool reads one. */
  readonly options: Readonly<Record<string, boolean>>;
  /** Runs main.ts of a folder. */
  readonly run: (project: UserProject, folder: string) => Promise<Finished>;
  /** Whether it emits type metadata when it is asked to. */
  readonly metadata: boolean;
}

const compiled =
  (compiler: string): Toolchain["run"] =>
  async (project, folder) => {
    const built = await project.node(folder, [compiler, "-p", ".", "--outDir", "out"]);
    // Compilers emit even where types are wrong, which is how far some users get.
    return built.stdout.includes("error TS5") ? built : project.node(folder, ["out/main.js"]);
  };
const tsx: Toolchain["run"] = (project, folder) => project.node(folder, [tools.tsx, "main.ts"]);
const loaded =
  (loader: string): Toolchain["run"] =>
  (project, folder) =>
    project.node(folder, ["--import", loader, "main.ts"]);
const vitest: Toolchain["run"] = async (project, folder) => {
  const file = project.path(`${folder}/outcome.txt`);
  const { code, stdout, stderr } = await project.node(folder, [tools.vitest, "run"], {
    OUTCOME: file,
  });
  if (code !== 0) return { code, stdout: "", stderr: stdout + stderr };
  return { code, stdout: await project.read(`${folder}/outcome.txt`), stderr };
};

const toolchains: readonly Toolchain[] = [
  { name: "tsc 7, legacy", options: withMetadata, run: compiled(tools.tsc7), metadata: true },
  { name: "tsc 7, standard", options: standard, run: compiled(tools.tsc7), metadata: false },
  { name: "tsc 5.9, legacy", options: withMetadata, run: compiled(tools.tsc5), metadata: true },
  { name: "tsc 5.9, standard", options: standard, run: compiled(tools.tsc5), metadata: false },
  { name: "tsc 7, no metadata", options: legacy, run: compiled(tools.tsc7), metadata: false },
  { name: "tsx, legacy", options: withMetadata, run: tsx, metadata: false },
  { name: "tsx, standard", options: standard, run: tsx, metadata: false },
  { name: "vitest", options: withMetadata, run: vitest, metadata: true },
  { name: "vitest, no metadata", options: legacy, run: vitest, metadata: false },
  { name: "swc-node", options: withMetadata, run: loaded(tools.swcNode), metadata: true },
  { name: "oxc-node", options: withMetadata, run: loaded(tools.oxcNode), metadata: true },
];
/** For what depends on metadata: TypeScript 5.9 emits the same as 7, only slower. */
const others = toolchains.filter(({ name }) => !name.startsWith("tsc 5.9"));
const withTypes = others.filter(({ metadata }) => metadata);
const withoutTypes = others.filter(({ metadata }) => !metadata);

let project: UserProject;
/** What the fixtures print when this compiler of ours has compiled them. */
let expected: Record<"explicit" | "inferred", string>;
let folders = 0;

/** Copies a fixture into a folder of its own, runs it there and hands back how it ended. */
async function outcomeOf(fixture: string, { run, options }: Toolchain): Promise<Finished> {
  const folder = `f${folders++}`;
  await project.copy(join(fixtures, fixture), folder);
  await project.configure(folder, options);
  return run(project, folder);
}

beforeAll(async () => {
  project = await UserProject.create();
  const [explicit, inferred] = await Promise.all(
    ["explicit", "inferred"].map((fixture) => outcomeOf(fixture, withTypes[0]!)),
  );
  expected = { explicit: explicit!.stdout, inferred: inferred!.stdout };
});

afterAll(() => project[Symbol.asyncDispose]());

test("the fixtures use and answer what they are there for", () => {
  for (const text of [
    "message Everything {",
    "optional double load = 3;",
    "map<int32, Part> parts = 8;",
    "oneof either {",
    '"isInstance": true',
    '"id": "hello #1 Echo"',
    '"name": "hello b"',
    '"sum": 3',
  ]) {
    expect(expected.explicit).toContain(text);
  }
  for (const text of [
    "rpc Read(Reading) returns (Reading);",
    "string name = 1;",
    "bool is_on = 2;",
    "double load = 3;",
    "int64 count = 4;",
    "google.protobuf.Timestamp at = 5;",
    "bytes bytes = 6;",
    "Position position = 7;",
    "optional string note = 8;",
    '"isPosition": true',
  ]) {
    expect(expected.inferred).toContain(text);
  }
});

describe.concurrent("with types written down", () => {
  test.each(toolchains)("$name gives the same .proto and the same answers", async (toolchain) => {
    const { code, stdout, stderr } = await outcomeOf("explicit", toolchain);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(expected.explicit);
  });
});

describe.concurrent("with types left to the compiler's metadata", () => {
  test.each(withTypes)("$name gives the same .proto and the same answer", async (toolchain) => {
    const { code, stdout, stderr } = await outcomeOf("inferred", toolchain);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(expected.inferred);
  });

  test.each(withoutTypes)("$name stops where the first class is defined", async (toolchain) => {
    const { code, stderr } = await outcomeOf("inferred", toolchain);
    expect(code).toBe(1);
    expect(stderr).toContain("SluiceError");
    expect(stderr).toContain(
      "Position.x has no type: the decorator names none and the compiler emitted no type " +
        "metadata (esbuild, tsx and vite 7 never do, others if emitDecoratorMetadata is on; " +
        "standard decorators have none). " +
        'Write the type: @field(1, "string")',
    );
  });
});

describe.concurrent("message classes of modules that import each other", () => {
  // vitest hides the mistake: it reads imports when they are used.
  const isNode = ({ name }: Toolchain) => !name.startsWith("vitest");
  const inMetadata = "Cannot access 'Author' before initialization";
  const works = (finished: Finished) => {
    expect(finished.code, finished.stderr).toBe(0);
    expect(finished.stdout).toContain("repeated Book books = 2;");
    expect(finished.stdout).toContain("Author author = 2;");
    expect(finished.stdout).toContain("B A true");
  };

  test.each(withoutTypes.filter(isNode))("load with thunks: $name", async (toolchain) => {
    works(await outcomeOf("circular", toolchain));
  });

  test.each(withTypes.filter(isNode))(
    "do not load with emitDecoratorMetadata, thunks or not: $name",
    async (toolchain) => {
      const { code, stderr } = await outcomeOf("circular", toolchain);
      expect(code).toBe(1);
      // The compiler's own line, which names the class before it is defined; nothing of ours ran.
      expect(stderr).toContain(`ReferenceError: ${inMetadata}`);
      expect(stderr).not.toContain("node_modules/sluice");
    },
  );

  test.each(withTypes.filter(isNode))(
    "load with emitDecoratorMetadata where properties are `Ref`s: $name",
    async (toolchain) => {
      const folder = `f${folders++}`;
      await project.copy(join(fixtures, "circular"), folder);
      for (const [file, other] of [
        ["author.ts", "Book"],
        ["book.ts", "Author"],
      ]) {
        const text = await project.read(`${folder}/${file}`);
        const referring = text.replace(`?: ${other};`, `?: Ref<${other}>;`);
        expect(referring).not.toBe(text);
        await project.write(
          `${folder}/${file}`,
          `import type { Ref } from "sluice";\n${referring}`,
        );
      }
      await project.configure(folder, toolchain.options);
      works(await toolchain.run(project, folder));
    },
  );
});

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
/** Tools of the workspace test/toolchains; what has no two versions is hoisted to the root. */
const ownModules = join(root, "test/toolchains/node_modules");
const rootModules = join(root, "node_modules");

/** Entry points of the compilers and loaders, by name. */
export const tools = {
  tsc7: join(rootModules, "typescript/bin/tsc"),
  tsc5: join(ownModules, "typescript/bin/tsc"),
  tsx: join(rootModules, "tsx/dist/cli.mjs"),
  vitest: join(rootModules, "vitest/vitest.mjs"),
  swcNode: join(ownModules, "@swc-node/register/esm/esm-register.mjs"),
  oxcNode: join(rootModules, "@oxc-node/core/register.mjs"),
} as const;

/** How a process ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A project like that of someone who has installed Sluice: a folder with the built package and its
 * dependencies in `node_modules`. Disposing it removes the folder.
 */
export class UserProject implements AsyncDisposable {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Builds the package from the sources as they are, which takes a second. */
  static async create(): Promise<UserProject> {
    const project = new UserProject(await mkdtemp(join(tmpdir(), "sluice-user-")));
    const installed = project.path("node_modules/sluice");
    const args = ["-p", join(root, "tsconfig.build.json"), "--outDir", join(installed, "dist")];
    const { code, stdout } = await execNode([tools.tsc7, ...args], root);
    if (code !== 0) throw new Error(`the package does not build:\n${stdout}`);
    await cp(join(root, "package.json"), join(installed, "package.json"));
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    for (const name of [...Object.keys(dependencies), "vitest", "@types/node"]) {
      await project.#link(name, rootModules);
    }
    await project.#link("@swc-node/register", ownModules);
    await project.write("package.json", JSON.stringify({ name: "user", type: "module" }));
    return project;
  }

  path(relative: string): string {
    return join(this.dir, relative);
  }

  async write(relative: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(relative)), { recursive: true });
    await writeFile(this.path(relative), text);
  }

  async read(relative: string): Promise<string> {
    return readFile(this.path(relative), "utf8");
  }

  /** Copies files from the folder of a test into a folder of the project. */
  async copy(from: string, to: string): Promise<void> {
    await cp(from, this.path(to), { recursive: true });
  }

  /** Writes the tsconfig.json of a folder: strict and modern, with `options` on top. */
  async configure(folder: string, options: Readonly<Record<string, unknown>>): Promise<void> {
    const compilerOptions = {
      target: "ES2022",
      module: "NodeNext",
      lib: ["ES2023", "DOM", "DOM.AsyncIterable", "ESNext.Disposable", "ESNext.Decorators"],
      types: ["node"],
      strict: true,
      skipLibCheck: true,
      ...options,
    };
    await this.write(
      `${folder}/tsconfig.json`,
      JSON.stringify({ compilerOptions, include: ["**/*.ts"] }, undefined, 2),
    );
  }

  /** Runs Node in a folder of the project. */
  node(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return execNode(args, this.path(folder), env);
  }

  async #link(name: string, modules: string): Promise<void> {
    const link = this.path(`node_modules/${name}`);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(modules, name), link);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

function execNode(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  // What this test run sets for itself (NODE_OPTIONS, VITEST_*, …) is no user's environment.
  const { PATH, HOME } = process.env;
  const options = { cwd, env: { PATH, HOME, NO_COLOR: "1", ...env }, maxBuffer: 1 << 26 };
  return new Promise((done, fail) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") fail(error);
      else done({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

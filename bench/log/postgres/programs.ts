/** Where PostgreSQL's programs are, and who may run them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL does not run as root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

const debian = "/usr/lib/postgresql";
/** The only folder to look in, if it is set. */
const chosen = "SLUICE_BENCH_POSTGRES";

/** Says why PostgreSQL cannot run here, if so: for `System.skip`. */
export async function needsPostgres(): Promise<string | undefined> {
  try {
    findPrograms();
    return undefined;
  } catch (error) {
    return `POSTGRESQL IS NOT MEASURED: ${(error as Error).message}`;
  }
}

export function findPrograms(): Programs {
  const only = process.env[chosen];
  const folders = only === undefined ? usualFolders() : [only];
  const folder = folders.find((f) => ["initdb", "postgres"].every((p) => existsSync(join(f, p))));
  if (folder === undefined) {
    throw new Error(
      `it is not installed (Debian: apt-get install postgresql), or not where ${chosen} says`,
    );
  }
  return { initdb: join(folder, "initdb"), postgres: join(folder, "postgres"), user: findUser() };
}

function usualFolders(): string[] {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  // Debian puts them on nobody's path.
  const debians = newestFirst.map((version) => join(debian, version, "bin"));
  return [...debians, ...(process.env.PATH ?? "").split(delimiter)];
}

function findUser(): Programs["user"] {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (what: string) =>
      Number(execFileSync("id", [what, "postgres"], { stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    throw new Error("it does not run as root, and there is no user postgres");
  }
}

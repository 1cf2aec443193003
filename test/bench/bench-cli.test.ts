import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";

// It compiles first, and starts many processes.
vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Ran {
  readonly code: number;
  readonly lines: readonly Line[];
  readonly notes: string;
  /** What is left of its data; tsx has a cache of its own. */
  readonly left: readonly string[];
}

interface Line {
  readonly case: string;
  readonly system: string;
  readonly vs: string;
  readonly value: number | null;
  readonly verified: boolean;
  readonly answers: number;
  readonly skipped?: string;
}

async function bench(...args: string[]): Promise<Ran> {
  const data = await mkdtemp(join(tmpdir(), "bench-cli-"));
  // PostgreSQL runs as somebody else.
  await chmod(data, 0o755);
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const command = ["--import", "tsx", "bench/main.ts", ...args, "--json"];
  const [code, stdout, notes] = await new Promise<[number, string, string]>((resolve) => {
    const env = { ...process.env, TMPDIR: data };
    execFile(process.execPath, command, { cwd: root, env }, (error, out, err) => {
      resolve([Number(error?.code ?? 0), out, err]);
    });
  });
  const lines = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const left = await readdir(data);
  return { code, lines, notes, left: left.filter((name) => !name.startsWith("tsx-")) };
}

test("short rounds of the log's cases run, are verified, and leave nothing behind", async () => {
  const cases = ["append-100", "timeseries", "rpc-append-h1", "stuck"];
  const { code, lines, notes, left } = await bench(
    ...["log", "--rounds", "1", "--seconds", "0.05", "--events", "2000"],
    ...cases.flatMap((name) => ["--case", name]),
  );
  // Bars may be missed in such rounds: 2. Whatever is wrong is 1.
  expect([0, 2], notes).toContain(code);
  const measured = lines.filter(({ skipped }) => skipped === undefined);
  expect([...new Set(measured.map((line) => line.case))]).toEqual(cases);
  for (const line of measured) {
    expect(line, notes).toMatchObject({ verified: true, value: expect.any(Number) });
    expect(line.answers).toBeGreaterThan(0);
    expect(`${line.system} by ${line.vs}`).toMatch(/./);
  }
  expect(notes).toContain("at most 2000 events beforehand: a trial, not a result");
  expect(left).toEqual([]);
  // The bench compiles itself; beside a source, what is compiled would be taken for it.
  const sources = await readdir(join(root, "src"), { recursive: true });
  expect(sources.filter((name) => name.endsWith(".js"))).toEqual([]);
});

test("a system that cannot run is left out, loudly, and its bar is missed", async () => {
  vi.stubEnv("SLUICE_BENCH_POSTGRES", "/nowhere");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { code, lines, notes } = await bench(
    ...["log", "--rounds", "1", "--seconds", "0.05", "--case", "append-c64"],
  );
  expect(code, notes).toBe(2);
  expect(notes).toMatch(/skipped PostgreSQL.*: POSTGRESQL IS NOT MEASURED: it is not installed/);
  expect(notes).toMatch(/BAR MISSED .*sluice \/ PostgreSQL.* was not measured/);
  expect(lines.find(({ system }) => system === "sluice")).toMatchObject({ verified: true });
});

/** The command line: chooses the bench, runs it, and says by its exit code how it went. */
import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { provideData } from "./data.js";
import type { Bench } from "./definition.js";
import { type Line, linesOf, missed, table, verdict } from "./report.js";
import { runCase } from "./runner.js";
import { seeded } from "./statistics.js";

/** Fewer rounds are for trying things out: their medians prove nothing. */
const soundRounds = 5;

export const exitCodes = {
  ok: 0,
  /** An answer was wrong or missing, a process failed, or the command line was wrong. */
  failed: 1,
  /** All answers were right, but a ratio is on the wrong side of its bar, or has none. */
  barMissed: 2,
} as const;

export async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: String(soundRounds) },
      seconds: { type: "string", default: "2" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      case: { type: "string", multiple: true },
      events: { type: "string" },
    },
  });
  const [name = ""] = positionals;
  const names = benches();
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  if (!names.includes(name)) return usage(`choose a bench: ${names.join(", ")}`);
  if (!Number.isInteger(rounds) || rounds < 1) return usage("--rounds must be a whole number");
  if (!(seconds > 0)) return usage("--seconds must be positive");
  const maxEvents = values.events === undefined ? undefined : Number(values.events);
  if (maxEvents !== undefined && !(Number.isInteger(maxEvents) && maxEvents > 0)) {
    return usage("--events must be a whole number");
  }

  const bench = ((await import(`../${name}/bench.js`)) as { default: Bench }).default;
  const all = typeof bench.cases === "function" ? bench.cases({ maxEvents }) : bench.cases;
  const chosen = new Set(values.case ?? all.map((c) => c.name));
  const cases = all.filter((c) => chosen.has(c.name));
  if (cases.length < chosen.size) return usage(`cases: ${all.map((c) => c.name).join(", ")}`);

  note(
    `${name}: ${rounds} rounds x ${seconds} s after one of warm-up, seed ${values.seed}, ` +
      `Node ${process.version}`,
  );
  if (rounds < soundRounds) note(`fewer than ${soundRounds} rounds: a trial, not a result`);
  if (maxEvents !== undefined)
    note(`at most ${maxEvents} events beforehand: a trial, not a result`);
  const warning = bench.keepsData ? provideData() : undefined;
  if (warning) note(warning);
  const random = seeded(Number(values.seed));
  const lines: Line[] = [];
  for (const spec of cases) {
    const outcomes = await runCase(spec, { rounds, seconds, random });
    const added = linesOf(name, spec, outcomes);
    lines.push(...added);
    const text = `\n${table(spec, outcomes, added)}`;
    if (values.json) {
      note(text);
      for (const line of added) console.log(JSON.stringify(line));
    } else {
      console.log(text);
    }
  }
  note("");
  for (const line of lines) {
    if (line.atLeast !== undefined || line.atMost !== undefined) note(verdict(line));
  }
  if (lines.some((line) => line.failure !== undefined)) return exitCodes.failed;
  return lines.some(missed) ? exitCodes.barMissed : exitCodes.ok;
}

function benches(): string[] {
  const root = new URL("../", import.meta.url);
  return readdirSync(root).filter((name) => existsSync(new URL(`${name}/bench.js`, root)));
}

/** Everything but results goes to stderr, so that `--json` can be piped. */
function note(text: string): void {
  console.error(text);
}

function usage(problem: string): number {
  note(
    `${problem}\nusage: npm run bench -- NAME [--json] [--rounds N] [--seconds S] [--case C]... ` +
      "[--events N] [--seed N]",
  );
  return exitCodes.failed;
}

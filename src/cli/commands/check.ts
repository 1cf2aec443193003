import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { compareFiles } from "../../app/emit.js";
import { commonArgs, fileArg } from "../arguments.js";
import { breaking, type Finding, lint } from "../check/buf-findings.js";
import { findBaseline } from "../check/git-baseline.js";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { loadApp } from "../load-app.js";
import { count, print, printJson, shortPath } from "../print.js";
import { requireUnfinalized, staleFiles } from "../stale-files.js";

/** One of the three checks. */
interface Outcome {
  readonly check: "emit" | "lint" | "breaking";
  /** Said when there are no findings. */
  readonly good: string;
  /** Why it was not done. */
  readonly skipped?: string;
  readonly findings: readonly (Partial<Finding> & Pick<Finding, "path" | "message">)[];
  /** What to do about findings. */
  readonly next: string;
}

export default defineCommand({
  meta: { name: "check", description: "Check emitted .proto files: fresh, lint, breaking changes" },
  args: {
    file: fileArg,
    against: {
      type: "string",
      description: "Folder or git ref the files must stay compatible with; default: HEAD",
      valueHint: "ref|dir",
    },
    ...commonArgs,
  },
  async run({ args }): Promise<number> {
    const app = await loadApp(args.file);
    const { dir } = app.proto;
    requireUnfinalized(app, args.file, dir);
    const stale = staleFiles(await compareFiles(dir, app.schema().protoFiles()));
    const emitted: Outcome = {
      check: "emit",
      good: `${dir} is up to date`,
      findings: stale.map(({ path, state }) => ({ path: join(dir, path), message: state })),
      next: `Run: sluice emit ${args.file}`,
    };
    const outcomes = [
      emitted,
      // What buf says about stale files would be about yesterday's classes.
      ...(stale.length > 0
        ? skipBuf("the files are stale")
        : await checkWithBuf(dir, args.against)),
    ];
    if (args.json) printJson(asJson(outcomes));
    else outcomes.forEach(printOutcome);
    const found = outcomes.filter(({ findings }) => findings.length > 0);
    if (found.length === 0) return exitCodes.ok;
    const findings = found.reduce((sum, outcome) => sum + outcome.findings.length, 0);
    throw new CliError(
      `${count(findings, "finding")} (${found.map(({ check }) => check).join(", ")})`,
      found.map(({ next }) => next).join("\n"),
      { exitCode: exitCodes.findings },
    );
  },
});

async function checkWithBuf(dir: string, against: string | undefined): Promise<Outcome[]> {
  if (!existsSync(dir)) return skipBuf(`there is no folder ${dir}`);
  const baseline = await findBaseline(dir, against);
  const linted: Outcome = {
    check: "lint",
    good: "buf lint found nothing",
    findings: await lint(dir),
    next: "Rename what lint names, or set the rules in buf.yaml.",
  };
  if ("skipped" in baseline) return [linted, skip("breaking", baseline.skipped)];
  if (linted.findings.some(({ rule }) => rule === "COMPILE")) {
    return [linted, skip("breaking", "the files do not compile")];
  }
  return [
    linted,
    {
      check: "breaking",
      good: `nothing breaks against ${baseline.label}`,
      findings: await breaking(dir, baseline.input),
      next: "Keep numbers and names, reserve those of removed fields, or begin a new package version.",
    },
  ];
}

function skipBuf(skipped: string): Outcome[] {
  return [skip("lint", skipped), skip("breaking", skipped)];
}

function skip(check: Outcome["check"], skipped: string): Outcome {
  return { check, good: "", findings: [], next: "", skipped };
}

function printOutcome({ check, good, skipped, findings }: Outcome): void {
  const name = check.padEnd(8);
  if (skipped !== undefined) print(`${name}  skipped: ${skipped}`);
  else if (findings.length === 0) print(`${name}  ok: ${good}`);
  for (const { path, line, column, message, rule } of findings) {
    const place = line === undefined ? "" : `:${line}:${column}`;
    const suffix = rule === undefined ? "" : ` (${rule})`;
    print(`${name}  ${shortPath(path)}${place}: ${message}${suffix}`);
  }
}

function asJson(outcomes: readonly Outcome[]): object {
  const ok = outcomes.every(({ findings }) => findings.length === 0);
  const byName = outcomes.map(({ check, skipped, findings }) => [check, { skipped, findings }]);
  return { ok, ...Object.fromEntries(byName) };
}

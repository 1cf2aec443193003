import { relative, sep } from "node:path";

/** Prints a line of results. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a result for machines: one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Rows as aligned columns, two blanks apart, without blanks at the ends of lines. */
export function columns(rows: readonly (readonly string[])[], indent = "  "): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    (indent + row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")).trimEnd(),
  );
}

/** `1 file`, `2 files`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** A path as a person in the working directory would write it. */
export function shortPath(path: string): string {
  const short = relative("", path);
  return short === "" ? "." : short.startsWith(`..${sep}..${sep}`) ? path : short;
}

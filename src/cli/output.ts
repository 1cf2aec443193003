import { once } from "node:events";

/** Prints lines of results, and waits while whoever reads them has enough of them. */
export async function printLines(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  if (!process.stdout.write(`${lines.join("\n")}\n`)) await once(process.stdout, "drain");
}

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readAll } from "../support/raw-http.js";

test("a short soak, for the long one: npm run soak", { timeout: 60_000 }, async () => {
  const run = fileURLToPath(new URL("run.ts", import.meta.url));
  const args = [
    "--disable-warning=ExperimentalWarning",
    "--import",
    "tsx",
    run,
    "--seconds",
    "4",
    "--subscribers",
    "200",
  ];
  const soak = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => soak.once("close", resolve));
  const summary = (await readAll(soak.stdout)).toString();
  console.log(summary);
  expect(await exited).toBe(0);
  expect(summary).toContain("nothing wrong");
});

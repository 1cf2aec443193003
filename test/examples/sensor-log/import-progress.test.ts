import { expect, it } from "vitest";
import { importProgress } from "../../../examples/sensor-log/import-progress.js";

function written(isTTY: boolean, counts: readonly number[]): string {
  let text = "";
  const out = { isTTY, write: (more: string) => (text += more) };
  const progress = importProgress("a.csv", 1_200, out);
  for (const count of counts) progress(count);
  return text;
}

it("writes over its line in a terminal, and ends it", () => {
  expect(written(true, [0, 500, 1_000, 1_200])).toBe(
    [
      "\ra.csv: 0 of 1,200 readings, 0 %\x1b[K",
      "\ra.csv: 500 of 1,200 readings, 41 %\x1b[K",
      "\ra.csv: 1,000 of 1,200 readings, 83 %\x1b[K",
      "\ra.csv: 1,200 of 1,200 readings, 100 %\x1b[K\n",
    ].join(""),
  );
});

it("writes where it begins and where it ends to a file", () => {
  expect(written(false, [500, 1_000, 1_200])).toBe(
    "a.csv: 500 of 1,200 readings\na.csv: 1,200 of 1,200 readings\n",
  );
});

it.each([true, false])("says if there is nothing to do (terminal: %s)", (isTTY) => {
  expect(written(isTTY, [1_200])).toBe("a.csv: 1,200 of 1,200 readings are there already\n");
});

import { expect, test } from "vitest";
import { duration, ProgressLine, progressBar } from "../../src/cli/progress-line.js";

function terminal(isTTY: boolean, columns = 30) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

test("one line changes a few times a second, and goes away", () => {
  const output = terminal(true);
  let nowMs = 0;
  const line = new ProgressLine(output, () => nowMs);
  for (nowMs = 0; nowMs < 350; nowMs += 10) line.show(() => `at ${nowMs}`);
  expect(output.written).toEqual([0, 100, 200, 300].map((ms) => `\rat ${ms}\u001b[K`));
  line.clear();
  line.clear();
  expect(output.written.slice(4)).toEqual(["\r\u001b[K"]);
  line.show(() => "x".repeat(99));
  expect(output.written.at(-1)).toBe(`\r${"x".repeat(29)}\u001b[K`);
});

test("nothing is said where nobody is looking", () => {
  const output = terminal(false);
  const line = new ProgressLine(output, () => 0);
  line.show(() => {
    throw new Error("made for nobody");
  });
  line.clear();
  expect(output.written).toEqual([]);
});

test("a bar tells the part, and how long the rest takes if it goes on like that", () => {
  expect(progressBar(0, 200, 500)).toBe("[------------------------]   0%");
  expect(progressBar(50, 200, 10_000)).toBe("[######------------------]  25%  ETA 0:30");
  expect(progressBar(199, 200, 10_000)).toMatch(/ {2}99% {2}ETA 0:01$/);
  expect(progressBar(200, 200, 10_000)).toBe(`[${"#".repeat(24)}] 100%  ETA 0:00`);
  // What there is was guessed.
  expect(progressBar(300, 200, 10_000)).toMatch(/ 100% /);
  expect(progressBar(0, 0, 0)).toMatch(/ 100% /);
});

test.each([
  [0, "0:00"],
  [4_200, "0:05"],
  [754_000, "12:34"],
  [3_723_000, "1:02:03"],
])("%i ms are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

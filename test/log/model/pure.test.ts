import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const model = resolve(import.meta.dirname, "../../../src/log/model");
const files = readdirSync(model);

test("the model is there", () => {
  expect(files).toContain("event.ts");
});

test.each(files)("%s is for browsers too, and knows nothing but the model and errors", (file) => {
  const text = readFileSync(join(model, file), "utf8");
  const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);
  expect(
    imported.filter((from) => !/^\.\/[\w-]+\.js$|^\.\.\/\.\.\/errors\.js$/.test(from)),
  ).toEqual([]);
  expect(text).not.toMatch(/\b(?:Buffer|process|globalThis|setImmediate)\b/);
});

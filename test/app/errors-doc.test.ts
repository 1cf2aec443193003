import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ErrorCode, errorCodes } from "../../src/errors.js";

const root = resolve(import.meta.dirname, "../..");

interface Row {
  readonly code: string;
  readonly status: string | undefined;
  readonly when: string;
  readonly advice: string;
}

let rows: readonly Row[];
/** The comments above the codes in src/errors.ts. */
let comments: ReadonlyMap<string, string>;

beforeAll(async () => {
  const doc = await readFile(join(root, "docs/errors.md"), "utf8");
  rows = [
    ...doc.matchAll(/^\|\s*`(\w+)`\s*\|\s*(?:`(\w+)`)?\s*\|\s*(.*?)\s*\|\s*(.*?)\s*\|$/gm),
  ].map(([, code = "", status, when = "", advice = ""]) => ({ code, status, when, advice }));
  const source = await readFile(join(root, "src/errors.ts"), "utf8");
  comments = new Map(
    [...source.matchAll(/\/\*\* (.*) \*\/\n {2}(\w+): \{/g)].map(([, text = "", code = ""]) => [
      code,
      text,
    ]),
  );
});

describe("docs/errors.md", () => {
  test("lists exactly the codes there are, once each and in their order", () => {
    expect(rows.map(({ code }) => code)).toEqual(Object.keys(errorCodes));
  });

  test("gives each its status, and says when it is raised in the words of the code", () => {
    for (const { code, status, when } of rows) {
      const known = errorCodes[code as ErrorCode] as { status?: string };
      expect({ code, status, when }).toEqual({
        code,
        status: known.status,
        when: comments.get(code),
      });
    }
  });

  test("says what to do about each", () => {
    for (const { code, advice } of rows) expect(advice, code).toMatch(/^[A-Z`].*\.$/);
  });
});

test("every code is raised somewhere", async () => {
  const files = (await readdir(join(root, "src"), { recursive: true })).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("gen"),
  );
  const raised = new Set<string>();
  for (const file of files) {
    const text = await readFile(join(root, "src", file), "utf8");
    for (const [quoted] of text.matchAll(/"[a-z]+(?:_[a-z]+)+"/g)) raised.add(quoted.slice(1, -1));
  }
  expect(Object.keys(errorCodes).filter((code) => !raised.has(code))).toEqual([]);
});

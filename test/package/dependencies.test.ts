import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../../src");

/** Each `import { … } from "package"` of our sources whose names exist at run time. */
function imports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(join(src, file), "utf8");
    for (const [, list, from] of text.matchAll(/^import \{([^}]*)\} from "(@[^"]+)";/gms)) {
      const names = list!.split(",").map((name) => name.trim().split(" as ")[0]!);
      const values = names.filter((name) => name !== "" && !name.startsWith("type "));
      const known = found.get(from!) ?? new Set();
      for (const name of values) known.add(name);
      found.set(from!, known);
    }
  }
  return found;
}

// Connect marks most of its protocol exports private: they may go with any release, and the exact
// pins in package.json are what holds them. This says which one is missing after an upgrade.
test.each([...imports()])("%s still has every name we use", async (from, names) => {
  const module: Record<string, unknown> = await import(from);
  expect([...names].filter((name) => module[name] === undefined)).toEqual([]);
});

test("packages whose private exports we use are pinned exactly", () => {
  const { dependencies } = JSON.parse(readFileSync(resolve(src, "../package.json"), "utf8"));
  for (const [name, version] of Object.entries(dependencies as Record<string, string>)) {
    if (/^@(connectrpc|bufbuild)\//.test(name)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

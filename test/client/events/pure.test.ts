import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const client = resolve(import.meta.dirname, "../../../src/client");
const files = readdirSync(client, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

test("the client is there", () => {
  expect(files).toContain("events/event-client.ts");
});

test.each(files)("%s is for browsers: of the server it knows types only", (file) => {
  const text = readFileSync(join(client, file), "utf8");
  const statements = [...text.matchAll(/^(?:import|export) (type )?[^;]*?from "([^"]+)";/gms)];
  const values = statements.filter(([, type]) => type === undefined).map(([, , from = ""]) => from);
  expect(
    values.filter((from) => {
      if (from === "@connectrpc/connect" || /^@bufbuild\/protobuf(\/wkt)?$/.test(from))
        return false;
      return (
        !/^(?:\.\/|\.\.\/|(?:\.\.\/)*gen\/)[\w/.-]*\.js$/.test(from) || /log\/|fanout/.test(from)
      );
    }),
  ).toEqual([]);
  expect(text).not.toMatch(/\b(?:Buffer\.|process\.\w|setImmediate\(|NodeJS\.)/);
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Rollup } from "vite";
import { expect, test } from "vitest";

const cache = resolve(import.meta.dirname, "../../.cache");

/** The script of a page that consists of `code`. */
async function bundle(code: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  const root = await mkdtemp(join(cache, "bundle-"));
  try {
    await writeFile(join(root, "page.js"), code);
    const [output] = (await build({
      root,
      configFile: false,
      logLevel: "error",
      build: { write: false, lib: { entry: "page.js", formats: ["es"] }, minify: true },
    })) as Rollup.RollupOutput[];
    return output!.output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
  } finally {
    await rm(root, { recursive: true });
  }
}

/** What every page with a generated SDK has: Connect, and protobuf with its descriptors. */
const sdk = `
  export { createClient } from "@connectrpc/connect";
  export { createConnectTransport } from "@connectrpc/connect-web";
  export { fileDesc, messageDesc } from "@bufbuild/protobuf/codegenv2";
`;

// What a page does not use is not in it: the events' messages are most of the client of events.
test.each([
  ["sluiceError", 4_000],
  ["EventClient", 24_000],
])(
  "%s is for browsers: no server, no Node, and small beside the SDK itself",
  async (name, bytes) => {
    const without = await bundle(sdk);
    const withClient = await bundle(`${sdk} export { ${name} } from "sluice/client";`);
    expect(withClient).toMatch(new RegExp(`as ${name}\\b`));
    expect(withClient).not.toMatch(/node:|__vite-browser-external/);
    const size = Buffer.byteLength(withClient) - Buffer.byteLength(without);
    expect(size).toBeGreaterThan(100);
    expect(size).toBeLessThan(bytes);
  },
);

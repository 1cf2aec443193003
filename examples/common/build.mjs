import { execFileSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";
import { build } from "vite";

/**
 * From the decorated classes of an example to its page: .proto files, then the SDK, then the bundle.
 *
 * @param url of a module in the example's folder.
 */
export async function buildExample(url) {
  const inExample = (path) => fileURLToPath(new URL(path, url));

  const { app } = await tsImport("./app.ts", url);
  for (const { path, state } of await app.emit()) console.log(`proto/${path}: ${state}`);

  // What `npx buf generate` does: buf looks for the local plugin on the PATH.
  const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
  execFileSync(process.execPath, [`${modules}/@bufbuild/buf/bin/buf`, "generate"], {
    cwd: inExample("."),
    env: { ...process.env, PATH: `${modules}/.bin${delimiter}${process.env.PATH}` },
    stdio: "inherit",
  });
  console.log("web/gen: generated");

  await build({ configFile: inExample("vite.config.ts") });
  console.log("web/dist: built");
}

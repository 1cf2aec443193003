// From the decorated classes to the page: .proto files, then the SDK, then the bundle.
// Run with `node examples/host-telemetry/build.mjs`, after `npm run build` of Sluice itself.
import { execFileSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { app } = await tsImport("./app.ts", import.meta.url);
for (const { path, state } of await app.emit()) console.log(`proto/${path}: ${state}`);

// What `npx buf generate` does: buf looks for the local plugin on the PATH.
const modules = here("../../node_modules");
execFileSync(process.execPath, [`${modules}/@bufbuild/buf/bin/buf`, "generate"], {
  cwd: here("."),
  env: { ...process.env, PATH: `${modules}/.bin${delimiter}${process.env.PATH}` },
  stdio: "inherit",
});
console.log("web/gen: generated");

await build({ configFile: here("vite.config.ts") });
console.log("web/dist: built");

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { app, telemetry } from "./app.js";

const pageDir = fileURLToPath(new URL("web/dist", import.meta.url));
const pageIsBuilt = existsSync(pageDir);
const files = sirv(pageDir, { etag: true });

await app.finalize();
const server = await app
  .listen({
    port: Number(process.env.PORT ?? 8080),
    fallback: files,
  })
  .catch((error: Error) => {
    console.error(`${error.message}. Choose another port: PORT=8081 npm start`);
    process.exit(1);
  });
await telemetry.start();

const page = pageIsBuilt ? `${server.url}/` : "not built: node examples/host-telemetry/build.mjs";
const describe = `${server.url}/hosttelemetry.v1.TelemetryService/Describe`;
console.log(`RPCs:  ${server.url}
Page:  ${page}
Try:   curl -X POST -H 'content-type: application/json' -d '{}' ${describe}`);

const stop = () => {
  telemetry.stop();
  app.close({ graceMs: 2_000 }).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
};
// Not just once: npm hands on the Ctrl-C that the terminal has sent to this process already, and
// the second one must not cut short what the first one began.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);

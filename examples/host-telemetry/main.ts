import { closeOnSignal } from "../common/close-on-signal.js";
import { pageFiles } from "../common/page-files.js";
import { app, telemetry } from "./app.js";

const files = pageFiles(import.meta.url);

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

const page = files ? `${server.url}/` : "not built: node examples/host-telemetry/build.mjs";
const describe = `${server.url}/hosttelemetry.v1.TelemetryService/Describe`;
console.log(`RPCs:  ${server.url}
Page:  ${page}
Try:   curl -X POST -H 'content-type: application/json' -d '{}' ${describe}`);

closeOnSignal(() => {
  telemetry.stop();
  return app.close({ graceMs: 2_000 });
});

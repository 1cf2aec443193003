import { fileURLToPath } from "node:url";
import { App } from "sluice";
import { events } from "sluice/events";
import { SensorLog } from "./sensor-log.js";

/** An app without its store, which `app.use()` adds: the store's .proto file is Sluice's own. */
export function createApp(): App {
  const app: App = new App({
    name: "sensor-log",
    package: "sensorlog.v1",
    services: [new SensorLog(() => app.get(events).log)],
    proto: { emit: false, dir: fileURLToPath(new URL("proto", import.meta.url)) },
  });
  return app;
}

/** For build.mjs, which only wants its .proto files. */
export const app = createApp();

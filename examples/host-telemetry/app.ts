import { fileURLToPath } from "node:url";
import { App } from "sluice";
import { Telemetry } from "./telemetry.js";

/** Takes the samples. Start it once the app is finalized. */
export const telemetry = new Telemetry();

/** Not finalized: build.mjs only wants its .proto files, main.ts serves it. */
export const app = new App({
  name: "host-telemetry",
  package: "hosttelemetry.v1",
  services: [telemetry],
  proto: { dir: fileURLToPath(new URL("proto", import.meta.url)) },
});

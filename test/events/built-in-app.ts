import { App } from "sluice";
import { events, memory } from "sluice/events";

/** All the plugins that come with Sluice: their .proto files are emitted from here. */
export const app = new App({ name: "built-in", package: "sluice.v1", proto: { dir: "proto" } }).use(
  events({ storage: memory() }),
);

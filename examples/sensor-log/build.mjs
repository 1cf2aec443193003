// Run with `node examples/sensor-log/build.mjs`, after `npm run build` of Sluice itself.
import { buildExample } from "../common/build.mjs";

await buildExample(import.meta.url);

import { fileURLToPath } from "node:url";
import { closeOnSignal } from "../common/close-on-signal.js";
import { pageFiles } from "../common/page-files.js";
import { startSensorLog } from "./start.js";

const files = pageFiles(import.meta.url);
const dir = process.env.DATA_DIR ?? fileURLToPath(new URL("data", import.meta.url));

const { url, close } = await startSensorLog({
  dir,
  listen: { port: Number(process.env.PORT ?? 8080), fallback: files },
  console: process.stdout,
}).catch((error: Error) => {
  console.error(`${error.message}
PORT=8081 npm run example:sensor-log takes another port, DATA_DIR=… another folder.`);
  process.exit(1);
});

const page = files ? `${url}/` : "not built: node examples/sensor-log/build.mjs";
const listSeries = `${url}/sensorlog.v1.SensorLogService/ListSeries`;
console.log(`Data:  ${dir}
RPCs:  ${url}
Page:  ${page}
Try:   curl -X POST -H 'content-type: application/json' -d '{}' ${listSeries}`);

closeOnSignal(close);

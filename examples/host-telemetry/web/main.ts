import "./style.css";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { element } from "../../common/web/page";
import { AlarmList } from "./alarm-list";
import { baseUrl, client } from "./client";
import { ConnectionView } from "./connection-view";
import { Controls } from "./controls";
import { Dashboard } from "./dashboard";
import type { Settings } from "./gen/hosttelemetry/v1/hosttelemetry_pb";
import { keepConnected } from "./reconnect";

const connection = new ConnectionView();
const dashboard = new Dashboard();
const controls = new Controls();
const alarms = new AlarmList();

let intervalMs = 1_000;
const apply = (settings: Settings | undefined) => {
  if (settings === undefined) return;
  intervalMs = settings.intervalMs;
  controls.update(settings);
};

async function followSamples(signal: AbortSignal, alive: () => void): Promise<void> {
  for await (const sample of client.samples({}, { signal })) {
    apply(sample.settings);
    if (dashboard.add(sample) && sample.at) connection.heard(timestampMs(sample.at), intervalMs);
    alive();
  }
}

async function followAlarms(signal: AbortSignal): Promise<void> {
  for await (const alarm of client.alarms({}, { signal })) alarms.add(alarm);
}

element("curl").textContent =
  `curl -X POST -H 'content-type: application/json' -d '{}' \\\n  ${baseUrl}/hosttelemetry.v1.TelemetryService/Describe`;

void keepConnected({
  session: async (signal, alive) => {
    const host = await client.describe({}, { signal });
    dashboard.describe(host);
    apply(host.settings);
    // Whichever stream ends first ends the session, and with it the other one.
    await Promise.race([followSamples(signal, alive), followAlarms(signal)]);
  },
  onState: (state) => connection.show(state),
  maxSilenceMs: () => 2 * intervalMs + 5_000,
});

import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { EventClient } from "sluice/client";
import { SensorLogService } from "./gen/sensorlog/v1/sensorlog_pb.ts";

/** Where the page came from is also where its RPCs are. */
export const baseUrl = location.origin;

/** JSON rather than binary, so that the network tab can be read. */
const transport = createConnectTransport({ baseUrl });

/** What there is in the log. */
export const sensorLog = createClient(SensorLogService, transport);

/** The log itself. */
export const eventLog = new EventClient(transport);

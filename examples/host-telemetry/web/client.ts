import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { TelemetryService } from "./gen/hosttelemetry/v1/hosttelemetry_pb";

/** Where the page came from is also where its RPCs are. */
export const baseUrl = location.origin;

/** JSON rather than binary, so that the network tab can be read. */
export const client = createClient(TelemetryService, createConnectTransport({ baseUrl }));

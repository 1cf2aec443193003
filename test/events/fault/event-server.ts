import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { EventService } from "../../../src/gen/sluice/events/v1/events_pb.js";
import { RunningCli } from "../../cli/cli.js";

/** `sluice serve`, and a client of it. */
export interface EventServer extends AsyncDisposable {
  readonly cli: RunningCli;
  readonly client: Client<typeof EventService>;
}

/** Serves the events of a directory, at a port chosen by the system. */
export async function serveEvents(directory: string): Promise<EventServer> {
  const cli = new RunningCli(["serve", "--port", "0", "--dir", directory], { cwd: directory });
  try {
    const [, baseUrl = ""] = await cli.says(/^events on (http:\S+\d)$/m);
    const transport = createConnectTransport({ baseUrl, httpVersion: "2" });
    return {
      cli,
      client: createClient(EventService, transport),
      [Symbol.asyncDispose]: () => cli[Symbol.asyncDispose](),
    };
  } catch (error) {
    await cli[Symbol.asyncDispose]();
    throw error;
  }
}

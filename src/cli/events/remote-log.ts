import type { ArgsDef } from "citty";
import type { EventClient } from "../../client/events/event-client.js";
import { checkArguments, commonArgs, defaultPort } from "../arguments.js";
import { callFailure } from "../call/call-failure.js";
import type { CliError } from "../cli-error.js";
import { headerArg, parseHeaders, parseUrl } from "../http-arguments.js";

/** Options of every command that talks to an event server. */
export const remoteArgs = {
  url: { type: "string", description: "The server", default: `http://127.0.0.1:${defaultPort}` },
  ...headerArg,
  ...commonArgs,
} as const satisfies ArgsDef;

/** An event log at the other end of a network. */
export interface RemoteLog {
  readonly client: EventClient;
  /** For each call. */
  readonly headers: Headers;
  /** What to tell of a call that failed. */
  failure(error: unknown): CliError;
}

/** @param args as the command declares them. */
export async function remoteLog(
  url: string,
  rawArgs: readonly string[],
  args: ArgsDef,
): Promise<RemoteLog> {
  const baseUrl = parseUrl(url);
  const headers = parseHeaders(checkArguments(rawArgs, args).header ?? []);
  // Only now: the protocols take longer to load than what is wrong takes to say.
  const [{ EventClient }, { createConnectTransport }] = await Promise.all([
    import("../../client/events/event-client.js"),
    import("@connectrpc/connect-node"),
  ]);
  return {
    // Appends are sent while others are answered, which HTTP/1.1 cannot.
    client: new EventClient(createConnectTransport({ baseUrl, httpVersion: "2" })),
    headers,
    failure: (error) => callFailure(error, baseUrl, "sluice serve"),
  };
}

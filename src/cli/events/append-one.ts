import type { Expectation } from "../../log/append/append-request.js";
import type { JsonValue, NewEvent } from "../../log/model/event.js";
import { formatEventId } from "../../log/model/event-id.js";
import { timestampToIso } from "../../log/model/timestamp-date.js";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { print, printJson } from "../print.js";
import type { RemoteLog } from "./remote-log.js";

/** One event, as it is written on the command line. */
export interface AppendOne {
  readonly event: NewEvent;
  readonly key: string | undefined;
  readonly expect: readonly Expectation[] | undefined;
  readonly durability: "commit" | "relaxed";
  readonly json: boolean;
}

/** Appends one event and prints its id. */
export async function appendOne(remote: RemoteLog, one: AppendOne): Promise<number> {
  const { client, headers, failure } = remote;
  const { event, json, ...options } = one;
  try {
    const { events, timestamp, replayed } = await client.append([event], { ...options, headers });
    const [{ id, version } = { id: { server: 0, session: 0, instance: 0 } }] = events;
    const text = formatEventId(id);
    const at = timestamp && timestampToIso(timestamp);
    if (json) printJson({ id: text, timestamp: at, version, replayed });
    else {
      const notes = [version && `version ${version}`, replayed && "stored before"].filter(Boolean);
      print([text, ...notes].join("  "));
    }
  } catch (error) {
    throw failure(error);
  }
  return exitCodes.ok;
}

/** The payload of an argument; none of an empty one. @throws CliError when it is no JSON. */
export function payloadOf(text: string): NewEvent["payload"] {
  if (text === "") return undefined;
  try {
    return { json: JSON.parse(text) as JsonValue };
  } catch (cause) {
    throw new CliError(
      `the payload is no JSON: ${(cause as Error).message}`,
      `Quote it for the shell: '{"temp":21.5}', or '"text"'; '' is no payload.`,
      { cause },
    );
  }
}

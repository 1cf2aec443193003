import { type ArgsDef, defineCommand } from "citty";
import type { SubscriptionItem } from "../../../client/events/subscribe-options.js";
import type { EventId } from "../../../log/model/event.js";
import { parseEventId } from "../../../log/model/event-id.js";
import { CliError } from "../../cli-error.js";
import { eventPrinter, printedArgs, typesOf } from "../../events/printed-events.js";
import { type RemoteLog, remoteArgs, remoteLog } from "../../events/remote-log.js";
import { exitCodes } from "../../exit-codes.js";
import { interruptSignal } from "../../interrupt.js";

const args = {
  ...printedArgs,
  from: {
    type: "string",
    description: "start, now, or the event to begin behind: 1:42:3",
    default: "now",
    valueHint: "start|now|id",
  },
  ...remoteArgs,
} as const satisfies ArgsDef;

export default defineCommand({
  meta: { name: "tail", description: "Print events as they happen, until Ctrl-C" },
  args,
  async run({ args: given, rawArgs }): Promise<number> {
    const types = typesOf(given._);
    const { stream: streamKey } = given;
    if (types !== undefined && streamKey !== undefined) {
      throw new CliError("--stream and types exclude each other", "Ask for one of them.");
    }
    const from = beginning(given.from);
    const remote = await remoteLog(given.url, rawArgs, args);
    const { client, headers, failure } = remote;
    const signal = interruptSignal();
    const printEvents = eventPrinter(given.json === true);
    let isFirst = true;
    try {
      for await (const item of client.subscribe({ types, streamKey, from, signal, headers })) {
        if (item.kind === "events") await printEvents(item.events);
        else tell(item, isFirst, remote);
        if (item.kind !== "reconnecting") isFirst = false;
      }
    } catch (error) {
      if (!signal.aborted) throw failure(error);
    }
    return exitCodes.ok;
  },
});

function beginning(text: string): "start" | "now" | EventId {
  return text === "start" || text === "now" ? text : parseEventId(text);
}

/**
 * What happens to the connection goes to stderr: whoever reads stdout gets events alone.
 *
 * @param isFirst there was no connection before.
 */
function tell(item: SubscriptionItem, isFirst: boolean, { failure }: RemoteLog): void {
  if (item.kind === "resumed") {
    console.error(`sluice: connected${isFirst ? "" : " again, nothing is missing"}`);
  }
  if (item.kind !== "reconnecting") return;
  const { attempt, delayMs, error } = item;
  const { message, next } = failure(error);
  if (attempt === 1) console.error([`sluice: ${message}`, next].filter(Boolean).join("\n  "));
  const seconds = (delayMs / 1_000).toFixed(1);
  console.error(`sluice: trying again in ${seconds} s, attempt ${attempt}`);
}

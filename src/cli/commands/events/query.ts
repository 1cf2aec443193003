import type { CallOptions } from "@connectrpc/connect";
import { type ArgsDef, defineCommand } from "citty";
import type { EventClient } from "../../../client/events/event-client.js";
import type { QueryType } from "../../../log/model/query-type.js";
import type { Timestamp } from "../../../log/model/timestamp.js";
import { wholeNumber } from "../../arguments.js";
import { CliError } from "../../cli-error.js";
import { eventPrinter, printedArgs, typesOf } from "../../events/printed-events.js";
import { remoteArgs, remoteLog } from "../../events/remote-log.js";
import { timeArgument } from "../../events/time-argument.js";
import { exitCodes } from "../../exit-codes.js";
import { interruptSignal } from "../../interrupt.js";

const args = {
  ...printedArgs,
  from: { type: "string", description: "1h ago, a day, or a time in ISO 8601", valueHint: "time" },
  to: { type: "string", description: "The same; events of that time included", valueHint: "time" },
  latest: { type: "boolean", description: "The last event of each type" },
  order: {
    type: "enum",
    description: "Default: desc, the newest first; of a stream asc",
    options: ["asc", "desc"],
  },
  limit: { type: "string", description: "Events at most; default: all", valueHint: "n" },
  ...remoteArgs,
} as const satisfies ArgsDef;

/** Events of one page of an answer, at most. */
const maxPage = 1_000;

export default defineCommand({
  meta: { name: "query", description: "Print events that an event server has" },
  args,
  async run({ args: given, rawArgs }): Promise<number> {
    const { from, to, stream, order, limit } = given;
    const isLatest = given.latest === true;
    const types = typesOf(given._);
    checkCombination({ types, from, to, stream, order, latest: isLatest || undefined });
    const most =
      limit === undefined
        ? Number.POSITIVE_INFINITY
        : wholeNumber("--limit", limit, 1, Number.MAX_SAFE_INTEGER);
    const asked: Asked = {
      isLatest,
      types,
      streamKey: stream,
      from: from === undefined ? undefined : timeArgument("--from", from, Date.now()),
      to: to === undefined ? undefined : timeArgument("--to", to, Date.now()),
      order: order && (order === "asc" ? "ascending" : "descending"),
      limit: Math.min(most, maxPage),
    };
    const { client, headers, failure } = await remoteLog(given.url, rawArgs, args);
    const signal = interruptSignal();
    const printEvents = eventPrinter(given.json === true);
    let left = most;
    try {
      for await (const { events } of ask(client, asked, { headers, signal }).pages()) {
        await printEvents(events.slice(0, left));
        left -= events.length;
        if (left <= 0) break;
      }
    } catch (error) {
      if (!signal.aborted) throw failure(error);
    }
    return exitCodes.ok;
  },
});

interface Asked {
  readonly isLatest: boolean;
  readonly types: readonly QueryType[] | undefined;
  readonly streamKey: string | undefined;
  readonly from: Timestamp | undefined;
  readonly to: Timestamp | undefined;
  readonly order: "ascending" | "descending" | undefined;
  /** Of one page. */
  readonly limit: number;
}

function ask(client: EventClient, asked: Asked, options: CallOptions) {
  const { isLatest, streamKey, types, order, limit } = asked;
  if (isLatest) return client.queryLatest({ types, limit }, options);
  if (streamKey === undefined) return client.queryTimeseries(asked, options);
  return client.readStream({ streamKey, order, limit }, options);
}

type Given = Readonly<Record<"types" | "from" | "to" | "stream" | "order" | "latest", unknown>>;

/** @throws CliError when options contradict each other. */
function checkCombination(given: Given): void {
  const exclude = (one: keyof Given, other: keyof Given, next: string) => {
    if (given[one] === undefined || given[other] === undefined) return;
    const name = one === "types" ? "types" : `--${one}`;
    throw new CliError(`${name} and --${other} exclude each other`, next);
  };
  exclude("types", "stream", "Ask for one of them.");
  exclude("latest", "stream", "For the last event of a stream: --order desc --limit 1.");
  for (const time of ["from", "to"] as const) {
    exclude(time, "stream", "Times select among events by type.");
    exclude(time, "latest", "Times select among events by type.");
  }
  exclude("order", "latest", "Types come in the order of their first events.");
}

import { addAbortSignal } from "node:stream";
import { type ArgsDef, defineCommand } from "citty";
import type { Expectation } from "../../../log/append/append-request.js";
import { parseEventType } from "../../../log/model/event-type.js";
import { wholeNumber } from "../../arguments.js";
import { CliError } from "../../cli-error.js";
import { LineAppender } from "../../events/append-lines.js";
import { appendOne, payloadOf } from "../../events/append-one.js";
import { appendReport } from "../../events/append-report.js";
import { lineBatches } from "../../events/line-batches.js";
import { type RemoteLog, remoteArgs, remoteLog } from "../../events/remote-log.js";
import { exitCodes } from "../../exit-codes.js";
import { interruptSignal } from "../../interrupt.js";
import { count, print, printJson } from "../../print.js";
import { ProgressLine } from "../../progress-line.js";

const args = {
  type: { type: "positional", required: false, description: "Type of the event: plant/line1/temp" },
  payload: {
    type: "positional",
    required: false,
    description: "JSON; without it, or with -, events are read from stdin, one to a line",
  },
  stream: { type: "string", description: "The event's own ordered stream", valueHint: "key" },
  key: {
    type: "string",
    description: "Idempotency key: what was appended with it is not stored again",
  },
  "expect-version": {
    type: "string",
    description: "Only if the stream has this version, none, or exists",
    valueHint: "n|none|exists",
  },
  relaxed: { type: "boolean", description: "Answered before it is on disk" },
  ...remoteArgs,
} as const satisfies ArgsDef;

export default defineCommand({
  meta: { name: "append", description: "Append an event, or many from stdin, to an event server" },
  args,
  async run({ args: given, rawArgs }): Promise<number> {
    const { stream, key, payload = "-" } = given;
    const type = given.type === undefined || given.type === "-" ? undefined : given.type;
    const options = {
      type: type === undefined ? undefined : parseEventType(type),
      streamKey: stream,
      key,
      durability: given.relaxed === true ? ("relaxed" as const) : ("commit" as const),
      json: given.json === true,
    };
    const expect = expectation(given["expect-version"], stream);
    if (expect !== undefined && payload === "-") {
      throw new CliError(
        "--expect-version goes with one event",
        "Give its payload on the command line.",
      );
    }
    const connect = () => remoteLog(given.url, rawArgs, args);
    if (options.type !== undefined && payload !== "-") {
      const event = { type: options.type, streamKey: stream, payload: payloadOf(payload) };
      return appendOne(await connect(), { ...options, event, expect });
    }
    return appendLines(await connect(), options);
  },
});

type LineOptions = Parameters<typeof lineBatches>[1] & { readonly json: boolean };

async function appendLines(remote: RemoteLog, options: LineOptions): Promise<number> {
  const { client, headers, failure } = remote;
  const signal = interruptSignal();
  if (process.stdin.isTTY) console.error("events from stdin, one to a line; Ctrl-D ends");
  const progress = new ProgressLine();
  const startMs = performance.now();
  const batches = lineBatches(stdin(signal), { ...options, signal });
  const appender = new LineAppender(client, batches, ({ events }) =>
    progress.show(() => {
      const perSecond = (events / (performance.now() - startMs)) * 1_000;
      return `${grouped(events)} events, ${grouped(perSecond)}/s`;
    }),
  );
  const failed = await appender.run({ headers });
  progress.clear();
  const { acknowledged } = appender;
  if (failed !== undefined) throw appendReport(failed, acknowledged, failure);
  const { events, sessions, replayed, line } = acknowledged;
  if (options.json) printJson({ ...acknowledged, interrupted: signal.aborted });
  else {
    const before = replayed === 0 ? "" : `, ${count(replayed, "event")} stored before`;
    const up = signal.aborted ? `, up to line ${line}` : "";
    print(`appended ${count(events, "event")} in ${count(sessions, "session")}${before}${up}`);
  }
  return exitCodes.ok;
}

/** Until its end, or until nobody wants more of it. */
async function* stdin(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* addAbortSignal(signal, process.stdin) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function expectation(
  version: string | undefined,
  streamKey: string | undefined,
): readonly Expectation[] | undefined {
  if (version === undefined) return undefined;
  if (streamKey === undefined) {
    throw new CliError("--expect-version needs a stream", "Name it: --stream KEY.");
  }
  if (version === "none" || version === "exists") return [{ streamKey, version }];
  const number = wholeNumber("--expect-version", version, 0, Number.MAX_SAFE_INTEGER);
  return [{ streamKey, version: number }];
}

function grouped(number: number): string {
  return Math.round(number).toLocaleString("en");
}

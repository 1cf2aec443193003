/** Everything there is, read by a subscription in the process of the log. */
import { EventLog, lmdb } from "sluice/events";
import { drive } from "../../lib/drive.js";
import type { Load, LoadResult, LoadSpec } from "../../lib/load.js";
import { payload } from "../append/check-log.js";
import { checkCount, checkPayload } from "../events.js";
import { storedLog } from "../stored.js";
import type { ReadOptions } from "./timeseries.js";

export function catchUpInProcess(options: ReadOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["each event: id, order, payload"] };
}

export function createLoad(_: string, { events }: ReadOptions): Load {
  let log: EventLog;
  return {
    async open() {
      log = await EventLog.open({ storage: lmdb(await storedLog(events)) });
    },
    async run(seconds): Promise<LoadResult> {
      const driven = await drive(1, seconds, () => catchUp(log, events));
      return { ...driven, operations: driven.operations * events };
    },
    close: () => log.close(),
  };
}

async function catchUp(log: EventLog, events: number): Promise<void> {
  let next = 0;
  for await (const item of log.subscribe({ from: "start" })) {
    if ("caughtUp" in item) break;
    for (const event of item.events) {
      checkPayload(next++, payload(event));
      checkCount("session", event.id.session, next);
    }
  }
  checkCount("events", next, events);
}

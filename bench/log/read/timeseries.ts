/** The newest events of a type, as the log answers it. */
import { EventLog, lmdb } from "sluice/events";
import type { Load, LoadSpec } from "../../lib/load.js";
import { typeOf } from "../events.js";
import { storedLog } from "../stored.js";
import { newest, type Reader, Reading } from "./reading.js";

export interface ReadOptions {
  /** Events there are. */
  readonly events: number;
}

export function timeseries(options: ReadOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["each event: id, payload"] };
}

export function createLoad(_: string, { events }: ReadOptions): Load {
  return new Reading(() => openReader(events));
}

async function openReader(events: number): Promise<Reader> {
  const log = await EventLog.open({ storage: lmdb(await storedLog(events)) });
  return {
    events: log.lastEventId(log.server).session,
    async read(type) {
      return (await log.queryTimeseries({ types: [typeOf(type)], limit: newest })).events;
    },
    close: () => log.close(),
  };
}

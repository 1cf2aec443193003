/** Sluice's log on a storage that only counts: what is left is the log's own work. */
import { EventLog } from "sluice/events";
import type { Load, LoadSpec } from "../../lib/load.js";
import { CountingStorage } from "../counting-storage.js";
import { checkCount } from "../events.js";
import { AppendLoad, type AppendOptions } from "./append-load.js";
import { EventLogStore } from "./event-log-store.js";
import type { Store } from "./store.js";

export function countedLog(options: AppendOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["number of sessions"] };
}

export function createLoad(_: string, options: AppendOptions): Load {
  return new AppendLoad(() => openStore(options), options);
}

async function openStore({ perAppend }: AppendOptions): Promise<Store> {
  const storage = new CountingStorage();
  const log = await EventLog.open({ storage });
  return new EventLogStore(log, perAppend, async (end) =>
    checkCount("sessions", storage.sessions, end / perAppend),
  );
}

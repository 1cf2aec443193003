/** Sluice's log, with all its indexes. */
import { EventLog, lmdb } from "sluice/events";
import { emptyDirectory, remove } from "../../lib/data.js";
import type { Load, LoadSpec } from "../../lib/load.js";
import { AppendLoad, type AppendOptions } from "./append-load.js";
import { checkLog } from "./check-log.js";
import { EventLogStore } from "./event-log-store.js";
import type { Store } from "./store.js";

export function sluiceLog(options: AppendOptions): LoadSpec {
  const checks = ["all events read back", "by type", "by stream"];
  return { module: import.meta.url, options, checks };
}

export function createLoad(_: string, options: AppendOptions): Load {
  return new AppendLoad(() => openStore(options), options);
}

async function openStore({ perAppend }: AppendOptions): Promise<Store> {
  const directory = emptyDirectory("sluice");
  const log = await EventLog.open({ storage: lmdb(directory) });
  return new EventLogStore(log, perAppend, async (end) => {
    await checkLog(directory, { first: 0, end, perAppend });
    remove(directory);
  });
}

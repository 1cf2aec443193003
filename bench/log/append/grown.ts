/** Sluice's log, when there are many events already. */
import { EventLog, lmdb } from "sluice/events";
import { remove } from "../../lib/data.js";
import type { Load, LoadSpec } from "../../lib/load.js";
import { copiedLog, storedLog } from "../stored.js";
import { AppendLoad, type AppendOptions } from "./append-load.js";
import { checkLog } from "./check-log.js";
import { EventLogStore } from "./event-log-store.js";
import type { Store } from "./store.js";

export interface GrownOptions extends Omit<AppendOptions, "perAppend"> {
  /** Events there are. */
  readonly events: number;
}

/** More than this is not copied: a few rounds make it hardly any larger. */
const maxCopied = 1_000_000;

export function grownLog(options: GrownOptions): LoadSpec {
  const checks = ["all new events read back", "by type", "by stream"];
  return { module: import.meta.url, options, checks };
}

export function createLoad(_: string, { events, inFlight }: GrownOptions): Load {
  return new AppendLoad(() => openStore(events), { inFlight, perAppend: 1 });
}

async function openStore(events: number): Promise<Store> {
  const isCopied = events <= maxCopied;
  const directory = await (isCopied ? copiedLog(events) : storedLog(events));
  const store = new EventLogStore(
    await EventLog.open({ storage: lmdb(directory) }),
    1,
    async (end) => {
      await checkLog(directory, { first: store.first, end, perAppend: 1 });
      if (isCopied) remove(directory);
    },
  );
  return store;
}

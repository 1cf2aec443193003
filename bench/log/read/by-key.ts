/**
 * The same events, by somebody who knows the keys of their records: each is looked up in LMDB and
 * decoded as the log does it, checksum included. That is what is left without any index.
 */
import { type Database, open, type RootDatabase } from "lmdb";
import type { EventType } from "sluice/events";
import type { Load, LoadSpec } from "../../lib/load.js";
import { lastOf } from "../append/check-log.js";
import { typeCount } from "../events.js";
import {
  decodeRecord,
  decodeType,
  readSessionKey,
  sessionKey,
  tableCount,
  tables,
} from "../internals.js";
import { storedLog } from "../stored.js";
import { newest, type Reader, Reading } from "./reading.js";
import type { ReadOptions } from "./timeseries.js";

export function byKey(options: ReadOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["each event: id, payload"] };
}

export function createLoad(_: string, { events }: ReadOptions): Load {
  return new Reading(() => openReader(events));
}

/** What Sluice's storage gives itself, and what it writes there. */
const server = 1;
const encoding = { encoding: "binary", keyEncoding: "binary" } as const;

async function openReader(events: number): Promise<Reader> {
  const path = await storedLog(events);
  const root = open<Buffer, Buffer>({ path, maxDbs: tableCount + 2, readOnly: true, ...encoding });
  const sessions = table(root, tables.sessions);
  const types = [...table(root, tables.types).getRange()].map(({ key, value }) =>
    decodeType(key, value),
  );
  const typeOf = (number: number): EventType => types[number] as EventType;
  const [end] = [...sessions.getRange({ reverse: true, limit: 1 })];
  if (end === undefined) throw new Error(`there are no sessions in ${path}`);
  const [, last] = readSessionKey(end.key);
  return {
    events: last,
    async read(type) {
      const number = lastOf(type, typeCount, last);
      return Array.from({ length: newest }, (_, i) => number - i * typeCount)
        .filter((n) => n >= 0)
        .flatMap((n) => {
          const session = n + 1;
          const record = sessions.getBinary(sessionKey(server, session));
          if (record === undefined) throw new Error(`session ${session} has no record`);
          return decodeRecord(record, [server, session, 1], typeOf).events;
        });
    },
    close: () => root.close(),
  };
}

function table(root: RootDatabase<Buffer, Buffer>, number: number): Database<Buffer, Buffer> {
  return root.openDB({ name: `${number}`, ...encoding });
}

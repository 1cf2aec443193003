import { decodeHead } from "../record.js";
import type { Entry, Storage } from "../storage/storage.js";
import { afterServer, maxServer, readSessionKey, sessionKey, tables } from "../tables.js";

/** The positions of the first and the last record of a server. */
export interface RecordBounds {
  readonly server: number;
  readonly first: number;
  readonly last: number;
}

/**
 * The bounds of every server there is.
 *
 * @throws SluiceError `storage_damaged`
 */
export async function recordBounds(storage: Storage): Promise<RecordBounds[]> {
  const bounds: RecordBounds[] = [];
  const to = afterServer(maxServer);
  for (let from = sessionKey(0, 0); ; ) {
    const [first] = await storage.range(tables.sessions, { from, to, limit: 1 });
    if (first === undefined) return bounds;
    const [server] = readSessionKey(first.key);
    const range = { from, to: afterServer(server), reverse: true, limit: 1 };
    const [last = first] = await storage.range(tables.sessions, range);
    bounds.push({ server, first: positionOf(first), last: positionOf(last) });
    from = afterServer(server);
  }
}

function positionOf({ key, value }: Entry): number {
  const [server, session] = readSessionKey(key);
  return decodeHead(value, server, session).position;
}

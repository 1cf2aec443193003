import { SluiceError } from "../../errors.js";
import { decodeHead } from "../record.js";
import type { Entry, Storage } from "../storage/storage.js";
import { afterServer, maxServer, readSessionKey, sessionKey, tables } from "../tables.js";

/**
 * About how many records there are, or how many behind a position: as many as there are positions.
 * Where events were removed there may be fewer. 0 if that cannot be told.
 */
export async function aboutRecords(storage: Storage, behind?: number): Promise<number> {
  try {
    const bounds = await recordBounds(storage);
    const first = behind === undefined ? Math.min(...bounds.map((each) => each.first)) : behind + 1;
    return bounds.length === 0 ? 0 : Math.max(...bounds.map(({ last }) => last)) - first + 1;
  } catch (error) {
    // Whoever reads that record is told.
    if (error instanceof SluiceError && error.code === "storage_damaged") return 0;
    throw error;
  }
}

/** The positions of the first and the last record of each server. */
async function recordBounds(storage: Storage): Promise<{ first: number; last: number }[]> {
  const bounds: { first: number; last: number }[] = [];
  const to = afterServer(maxServer);
  for (let from = sessionKey(0, 0); ; ) {
    const [first] = await storage.range(tables.sessions, { from, to, limit: 1 });
    if (first === undefined) return bounds;
    const [server] = readSessionKey(first.key);
    const range = { from, to: afterServer(server), reverse: true, limit: 1 };
    const [last = first] = await storage.range(tables.sessions, range);
    bounds.push({ first: positionOf(first), last: positionOf(last) });
    from = afterServer(server);
  }
}

function positionOf({ key, value }: Entry): number {
  const [server, session] = readSessionKey(key);
  return decodeHead(value, server, session).position;
}

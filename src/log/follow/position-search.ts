import type { Reading } from "../read/log-reader.js";
import { beginning, type Place } from "../read/session-cursor.js";
import { maxInstance } from "../tables.js";

/** Behind which place of a server everything came behind a position. */
export async function placeBehind(
  { records, ends }: Reading,
  server: number,
  position: number,
): Promise<Place> {
  let low = 0;
  let high = (ends.get(server)?.session ?? 0) + 1;
  // The first session all of whose records came later.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await records.firstFrom(server, middle, high);
    if (found === undefined || found.position > position) high = middle;
    else low = found.session + 1;
  }
  // One before it may have grown later, by an import.
  const before = await records.lastBefore(server, low);
  return before === undefined ? beginning : { session: before - 1, instance: maxInstance };
}

import type { EventId, ImportEvent } from "../model/event.js";
import type { SkipReason } from "./arriving.js";
import type { ImportResult } from "./importer.js";

/** Options of `EventLog.importAll()`. */
export interface ImportAllOptions {
  /** Told after each part that is stored. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends it between two parts; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

/** How far an import is: what it tells of is on disk. */
export interface ImportProgress {
  /** Events that are stored. */
  readonly stored: number;
  /** Events that were not, and why. */
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** The last event that came. To go on later, begin behind it. */
  readonly last: EventId;
}

/** Events that are imported at once, as far as sessions are not torn apart for it. */
const partEvents = 1_000;
/** Never more than that, or of so many bytes. */
const maxPartEvents = 10_000;
const maxPartBytes = 8 * 2 ** 20;

/** Imports events part by part; no more are taken from the source than fit into one. */
export async function importAll(
  importPart: (events: readonly ImportEvent[]) => Promise<ImportResult>,
  events: AsyncIterable<ImportEvent> | Iterable<ImportEvent>,
  { onProgress, signal }: ImportAllOptions,
): Promise<Omit<ImportProgress, "last">> {
  let stored = 0;
  const skipped = { known: 0, late: 0, refused: 0, version: 0 };
  for await (const part of partsOf(events)) {
    signal?.throwIfAborted();
    const result = await importPart(part);
    stored += result.stored;
    for (const { reason } of result.skipped) skipped[reason]++;
    onProgress?.({ stored, skipped: { ...skipped }, last: part.at(-1)!.id });
  }
  return { stored, skipped };
}

async function* partsOf(
  events: AsyncIterable<ImportEvent> | Iterable<ImportEvent>,
): AsyncGenerator<ImportEvent[]> {
  let part: ImportEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    const isFull = part.length >= maxPartEvents || bytes >= maxPartBytes;
    if (isFull || (part.length >= partEvents && isOtherSession(event, part.at(-1)!))) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += bytesOf(event);
  }
  if (part.length > 0) yield part;
}

function isOtherSession({ id }: ImportEvent, before: ImportEvent): boolean {
  return id?.session !== before.id?.session || id?.server !== before.id?.server;
}

/** About. */
function bytesOf({ payload }: ImportEvent): number {
  if (payload === undefined) return 0;
  if ("binary" in payload) return payload.binary?.data?.length ?? 0;
  const text = "jsonText" in payload ? payload.jsonText : JSON.stringify(payload.json);
  return text?.length ?? 0;
}

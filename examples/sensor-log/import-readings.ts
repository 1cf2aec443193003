import type { EventLog, NewEvent } from "sluice/events";

/** Readings of one append: they are stored together, or not at all. */
const batchSize = 500;

/**
 * Stores the readings of a file, those that are not stored yet, batch by batch in their order. They
 * are a stream of their own, so the log itself knows how far that has come: the stream's version is
 * how many it has. Whatever ends an import, the next one goes on there, and of two at a time one fails.
 *
 * @param onProgress is told how many are stored, before the first batch and after each.
 * @returns how many were stored now.
 * @throws SluiceError what `EventLog.append()` throws.
 */
export async function importReadings(
  log: Pick<EventLog, "append" | "readStream">,
  file: string,
  readings: readonly NewEvent[],
  onProgress: (stored: number) => void = () => {},
): Promise<number> {
  const streamKey = `import/${file}`;
  const { version: before } = await log.readStream({ streamKey, limit: 1 });
  let stored = before;
  onProgress(stored);
  while (stored < readings.length) {
    const batch = readings.slice(stored, stored + batchSize);
    const events = batch.map((reading) => ({ ...reading, streamKey }));
    await log.append(events, { expect: [{ streamKey, version: stored }] });
    stored += batch.length;
    onProgress(stored);
  }
  return stored - before;
}

/** Logs with many events, one in each session: made by whoever needs one first, for the whole run. */
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { addSeconds, type Event, EventLog, lmdb, timestampFromIso } from "sluice/events";
import { emptyDirectory, sharedDirectory } from "../lib/data.js";
import { checkLog } from "./append/check-log.js";
import { checkCount, newEvent, versionOf } from "./events.js";

/** They are imported, which costs less than to append them: so many with each call. */
const batch = 1_000;
/** Imports in flight. */
const lanes = 4;
const begin = timestampFromIso("2026-01-01T00:00:00Z");
/** From so many on it is told how far it is. */
const manyEvents = 1_000_000;
/** Events that are read again when it is there; whoever uses it checks what it reads. */
const checkedEvents = 10_000;

/** The directory of such a log, which nobody has open. Whoever opens it closes it again. */
export async function storedLog(events: number): Promise<string> {
  const directory = sharedDirectory(`events-${events}`);
  const done = `${directory}.done`;
  if (existsSync(done)) return directory;
  rmSync(directory, { recursive: true, force: true });
  await fill(directory, events);
  writeFileSync(done, "");
  return directory;
}

/** A copy of it to append to. */
export async function copiedLog(events: number): Promise<string> {
  const copy = emptyDirectory("copy");
  cpSync(await storedLog(events), copy, { recursive: true });
  return copy;
}

async function fill(directory: string, events: number): Promise<void> {
  const log = await EventLog.open({ storage: lmdb(directory) });
  const progress = new Progress(events);
  let next = 0;
  const lane = async () => {
    while (next < events) {
      const numbers = Array.from({ length: Math.min(batch, events - next) }, (_, i) => next + i);
      next += numbers.length;
      const { stored } = await log.import(numbers.map((number) => storedEvent(log.server, number)));
      checkCount("events imported", stored, numbers.length);
      progress.at(next);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  checkCount("sessions", log.lastEventId(log.server).session, events);
  await log.close();
  const first = Math.max(0, events - checkedEvents);
  await checkLog(directory, { first, end: events, perAppend: 1 });
  progress.done();
}

/** As if it had been appended, one in each millisecond. */
function storedEvent(server: number, number: number): Event {
  const { type, streamKey, payload } = newEvent(number);
  return {
    id: { server, session: number + 1, instance: 1 },
    type,
    timestamp: addSeconds(begin, number / 1_000),
    sourceTimestamp: undefined,
    stream: { key: streamKey, version: versionOf(number) },
    payload,
  };
}

class Progress {
  private readonly begin = performance.now();
  private tenths = 0;

  constructor(private readonly events: number) {}

  at(stored: number): void {
    if (this.events < manyEvents || stored < ((this.tenths + 1) * this.events) / 10) return;
    this.tenths++;
    this.tell(`${stored.toLocaleString("en")} of ${this.events.toLocaleString("en")}`);
  }

  done(): void {
    if (this.events >= manyEvents) this.tell("checked");
  }

  private tell(what: string): void {
    const seconds = Math.round((performance.now() - this.begin) / 1000);
    console.error(`  events stored beforehand: ${what} (${seconds} s)`);
  }
}

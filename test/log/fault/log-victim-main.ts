import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { SluiceError } from "../../../src/errors.js";
import { EventLog } from "../../../src/log/event-log.js";
import { lmdb } from "../../../src/log/storage/lmdb.js";
import type { LogVictimOptions, Told } from "./log-victim.js";
import {
  isHeavy,
  kindOf,
  lanes,
  peer,
  peerSession,
  plannedEvents,
  plannedOptions,
  streamOf,
} from "./planned-appends.js";
import { acknowledgement } from "./victim.js";

/**
 * Appends for ever, 64 at a time, and imports besides. It waits for "go" before it opens the log, and
 * closes it when it is told "close".
 *
 *     node log-victim-main.js <LogVictimOptions as JSON>
 */
const {
  directory,
  lmdb: options,
  run,
  retention,
} = JSON.parse(process.argv[2]!) as LogVictimOptions;

function giveUp(error: unknown): never {
  tell(`broken ${(error as Error).stack}`);
  process.exit(1);
}

process.on("unhandledRejection", giveUp);

const orders = createInterface(process.stdin)[Symbol.asyncIterator]();
await orders.next();
const log = await EventLog.open({
  storage: lmdb(directory, options),
  retention,
  keepAnswersSeconds: retention === undefined ? undefined : 0,
  // So few that the index is being written again and again.
  limits: { maxUnindexedEvents: 16_000 },
});
tell("open");

let told: Told[] = [];
const isOver = (error: SluiceError) => error.code === "log_closed";
const tasks = [
  follow(),
  importing(),
  ...(retention === undefined ? [] : [cleaning()]),
  ...Array.from({ length: lanes }, (_, lane) => appending(lane)),
];
for (const task of tasks) task.catch((error) => isOver(error) || giveUp(error));
await orders.next();
await log.close();
await Promise.allSettled(tasks);
flush();
tell("closed");
process.exit();

async function appending(lane: number): Promise<void> {
  let { version } = await log.readStream({ streamKey: streamOf(lane), limit: 1 });
  for (let number = 1; ; number++) {
    const place = { run, lane, number };
    const options = plannedOptions(place, version);
    const appends = [log.append(plannedEvents(place), options)];
    // At the same time, too: one of them is a repetition.
    if (kindOf(lane) === "keyed" && number % 2 === 0) {
      appends.push(log.append(plannedEvents(place), options));
    }
    for (const { events } of await Promise.all(appends)) {
      const [{ id, timestamp }] = events as [(typeof events)[0]];
      const versions = events.flatMap(({ stream }) => (stream === undefined ? [] : stream.version));
      version = versions.at(-1) ?? version;
      const time = `${timestamp.seconds}.${String(timestamp.micros).padStart(6, "0")}`;
      note({ lane, number, session: id.session, time, versions });
    }
  }
}

async function follow(): Promise<void> {
  for await (const item of log.subscribe({ server: log.server })) {
    if ("events" in item) note({ seen: item.events[0]!.id.session });
  }
}

/** Some sessions at once, now and then only a part of the last one. */
async function importing(): Promise<void> {
  let { session, instance } = log.lastEventId(peer);
  for (;;) {
    const rest = session === 0 ? [] : peerSession(session).slice(instance);
    const next = Array.from({ length: 1 + (session % 2) }, (_, i) => peerSession(session + 1 + i));
    const events = [...rest, ...next.flat()];
    if (events.length % 2 === 0) events.pop();
    const { stored, skipped } = await log.import(events);
    if (stored !== events.length) giveUp(new Error(`Not imported: ${JSON.stringify(skipped)}`));
    ({ session, instance } = events.at(-1)!.id);
    note({ imported: [session, instance] });
  }
}

async function cleaning(): Promise<void> {
  for (;;) {
    await log.cleanUp();
    if (!isHeavy(run)) continue;
    // Else the index is never so far behind that it is written for that.
    const end = log.lastEventId(log.server).session + 2_500 * Math.random();
    while (log.lastEventId(log.server).session < end) await new Promise(setImmediate);
  }
}

function note(what: Told): void {
  if (told.length === 0) setImmediate(flush);
  told.push(what);
}

function flush(): void {
  if (told.length > 0) tell(told.map(acknowledgement).join("\n"));
  told = [];
}

/** At once, and to the end: what is told must have happened, and what has happened gets out. */
function tell(text: string): void {
  writeSync(1, `${text}\n`);
}

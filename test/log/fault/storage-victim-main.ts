import { writeSync } from "node:fs";
import type { SluiceError } from "../../../src/errors.js";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { changesOf, commitsIn, isLoose, tableCount } from "./numbered-commits.js";
import { acknowledgement } from "./victim.js";

/**
 * Commits for ever, 64 at a time, and tells on its output which are acknowledged. It ends when it is
 * killed, or with an error of the storage, which it tells too.
 *
 *     node storage-victim-main.js <directory> <options of lmdb() as JSON>
 */
const [directory = "", options = "{}"] = process.argv.slice(2);
const storage = lmdb(directory, JSON.parse(options) as LmdbOptions);
try {
  await storage.open(tableCount);
} catch (error) {
  const { code, message } = error as SluiceError;
  tell(`refused ${code} ${message}`);
  process.exit();
}

let number = Math.max(0, ...[...(await commitsIn(storage))].slice(-1));
let acknowledged: number[] = [];
tell(`open ${number}`);

/** Ends when the storage fails. */
async function commit(): Promise<void> {
  for (;;) {
    const mine = ++number;
    const changes = changesOf(mine);
    await (isLoose(mine) ? storage.write(changes) : storage.commit(changes));
    if (isLoose(mine)) continue;
    if (acknowledged.length === 0) setImmediate(tellAcknowledged);
    acknowledged.push(mine);
  }
}

function tellAcknowledged(): void {
  tell(acknowledged.map(acknowledgement).join("\n"));
  acknowledged = [];
}

/** At once, and to the end: what is told must have happened, and what has happened gets out. */
function tell(text: string): void {
  writeSync(1, `${text}\n`);
}

function giveUp(error: unknown): never {
  tell(`broken ${error}`);
  process.exit(1);
}

process.on("unhandledRejection", giveUp);

// The first to fail may be one that waited, while others are still being written.
const loops = Array.from({ length: 64 }, () => commit());
for (const loop of loops) loop.catch((error) => error.code === "storage_failed" || giveUp(error));
const [end] = await Promise.allSettled(loops);
if (acknowledged.length > 0) tellAcknowledged();
const { code, message } = (end as PromiseRejectedResult).reason;
tell(`failed ${code} ${message}`);
tell(`reads ${[...(await commitsIn(storage))].at(-1)}`);
await storage.close();
tell("closed");

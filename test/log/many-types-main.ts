import { EventLog } from "../../src/log/event-log.js";
import { lmdb } from "../../src/log/storage/lmdb.js";

/**
 * Appends an event of each of many types, a thousand at a time, and prints as JSON what that took and
 * whether they are found.
 *
 *     node --expose-gc many-types-main.js <directory> <types>
 */
const [directory = "", types = ""] = process.argv.slice(2);
const count = Number(types);
const perAppend = 1_000;
const typeOf = (i: number) => ["plant", `line ${i % 1_000}`, `tag ${i}`];
const open = () => EventLog.open({ storage: lmdb(directory), limits: { maxTypes: count } });

function liveBytes(): number {
  global.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Some of the types: the first, the last, and those between at some distance. */
async function foundWrong(log: EventLog): Promise<number[]> {
  const wrong: number[] = [];
  for (let i = 0; i < count; i += Math.floor(count / 7)) {
    const { events } = await log.queryTimeseries({ types: [typeOf(i)] });
    if (JSON.stringify(events.map(({ payload }) => payload)) !== `[{"json":${i}}]`) wrong.push(i);
  }
  const line = typeOf(7).slice(0, 2);
  const { events } = await log.queryLatest({ types: [[...line, "*"]], limit: 4_096 });
  if (events.length !== Math.min(4_096, count / 1_000)) wrong.push(-events.length);
  return wrong;
}

const before = liveBytes();
let log = await open();
for (let from = 0; from < count; from += perAppend) {
  await log.append(
    Array.from({ length: perAppend }, (_, i) => ({
      type: typeOf(from + i),
      payload: { json: from + i },
    })),
  );
}
// Writes the index.
await log.cleanUp();
const bytes = liveBytes() - before;
const wrong = await foundWrong(log);
const oneMore = await log.append([{ type: ["one", "more"] }]).catch(({ code }) => code);
const again = await log.append([{ type: typeOf(7) }]);
const { rss } = process.memoryUsage();
await log.close();
log = await open();
const wrongAgain = await foundWrong(log);
const bytesAgain = liveBytes() - before;
await log.close();
const session = again.events[0]?.id.session;
console.log(JSON.stringify({ bytes, bytesAgain, rss, wrong, wrongAgain, oneMore, session }));

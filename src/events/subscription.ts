import { invalidArgument } from "../errors.js";
import { MAX_DELAY_MS } from "../fanout/clock.js";
import type { EventLog } from "../log/event-log.js";
import type { Followed, Following } from "../log/follow/subscribe-request.js";
import { checkEventType } from "../log/model/event-type.js";
import type { Engine } from "./engine/engine.js";
import { Policy, type Reached, StartPoint, type SubscribeRequest } from "./subscribe-messages.js";
import { eventIdMessage, eventMessages } from "./to-messages.js";
import { RequestCheck, typesOf } from "./to-model.js";

const defaultHeartbeatMs = 15_000;
const minHeartbeatMs = 10;

/** What one subscriber gets. */
export async function* subscription(
  log: EventLog,
  engine: Engine,
  request: SubscribeRequest,
  signal: AbortSignal,
) {
  const { clientName } = request;
  if (clientName === "") {
    yield* items(log, request, signal);
    return;
  }
  checkName(clientName);
  await engine.announceClient(clientName, "CONNECTED");
  try {
    yield* items(log, request, signal);
  } finally {
    // It may be the server that goes.
    await engine.announceClient(clientName, "DISCONNECTED").catch(() => {});
  }
}

function checkName(name: string): void {
  try {
    checkEventType([name]);
  } catch {
    throw invalidArgument({ clientName: "must be fit for a segment of an event type" });
  }
}

async function* items(log: EventLog, request: SubscribeRequest, signal: AbortSignal) {
  const { types, streamKey, serverId, policy, queueSize, heartbeatMs } = request;
  const check = new RequestCheck();
  const from = beginOf(request, check);
  if (heartbeatMs !== 0 && (heartbeatMs < minHeartbeatMs || heartbeatMs > MAX_DELAY_MS)) {
    check.refuse("heartbeatMs", `must be 0, or from ${minHeartbeatMs} to ${MAX_DELAY_MS}`);
  }
  check.finish();
  const followed = log.subscribe({
    types: typesOf(types),
    streamKey: streamKey || undefined,
    server: serverId,
    from,
    policy: policy === Policy.Latest ? "latest" : "fifo",
    queueSize: queueSize || undefined,
    signal,
  });
  for await (const item of withHeartbeats(followed, heartbeatMs || defaultHeartbeatMs)) {
    if (item === undefined) yield { heartbeat: { reached: reachedBy(followed) } };
    else if ("caughtUp" in item) yield { caughtUp: { reached: reachedBy(followed) } };
    else {
      const { events, skipped = 0 } = item;
      yield { batch: { events: eventMessages(events), skipped: BigInt(skipped) } };
    }
  }
}

function beginOf({ start, after, afterVersion }: SubscribeRequest, check: RequestCheck) {
  if (afterVersion !== undefined) return { version: check.number("afterVersion", afterVersion) };
  return check.eventId("after", after) ?? (start === StartPoint.Beginning ? "start" : "now");
}

function reachedBy({ reached }: Following): Reached | undefined {
  if (reached === undefined) return undefined;
  return "version" in reached
    ? { afterVersion: BigInt(reached.version) }
    : { after: eventIdMessage(reached) };
}

/** The same, and `undefined` whenever nothing came for so long. */
async function* withHeartbeats(
  followed: AsyncIterable<Followed>,
  everyMs: number,
): AsyncGenerator<Followed | undefined, void> {
  const iterator = followed[Symbol.asyncIterator]();
  let beat = () => {};
  const timer = setInterval(() => beat(), everyMs).unref();
  try {
    let next = iterator.next();
    for (;;) {
      const silence = new Promise<undefined>((resolve) => {
        beat = () => resolve(undefined);
      });
      const result = await Promise.race([next, silence]);
      if (result === undefined) yield undefined;
      else if (result.done) return;
      else {
        timer.refresh();
        yield result.value;
        next = iterator.next();
      }
    }
  } finally {
    clearInterval(timer);
    await iterator.return?.();
  }
}

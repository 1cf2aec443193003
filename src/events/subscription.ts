import type { Init } from "../decorators/field-types.js";
import { invalidArgument } from "../errors.js";
import { MAX_DELAY_MS } from "../fanout/clock.js";
import type { Wanted } from "../log/follow/check-follow.js";
import type { FeedItems } from "../log/follow/live-channels.js";
import type { FeedOptions } from "../log/follow/log-feed.js";
import type { Place } from "../log/follow/place.js";
import { checkEventType } from "../log/model/event-type.js";
import {
  Policy,
  type Reached,
  StartPoint,
  type SubscribeRequest,
  type SubscribeResponse,
} from "./subscribe-messages.js";
import { eventIdMessage, eventMessages } from "./to-messages.js";
import { RequestCheck, typesOf } from "./to-model.js";

const defaultHeartbeatMs = 15_000;
const minHeartbeatMs = 10;

/** What subscribers are given. */
export type SubscribeItem = Init<SubscribeResponse>;

/** What subscribers are given, as messages. */
export const subscribeItems: FeedItems<SubscribeItem> = {
  batch: ({ events, skipped = 0 }) => ({
    batch: { events: eventMessages(events), skipped: BigInt(skipped) },
  }),
  caughtUp: (wanted, place) => ({ caughtUp: { reached: reachedBy(wanted, place) } }),
  heartbeat: (wanted, place) => ({ heartbeat: { reached: place && reachedBy(wanted, place) } }),
};

/** @throws SluiceError `argument_invalid` */
export function feedOptionsOf(request: SubscribeRequest): FeedOptions {
  const { types, streamKey, serverId, policy, queueSize, heartbeatMs, clientName } = request;
  const check = new RequestCheck();
  const from = beginOf(request, check);
  if (heartbeatMs !== 0 && (heartbeatMs < minHeartbeatMs || heartbeatMs > MAX_DELAY_MS)) {
    check.refuse("heartbeatMs", `must be 0, or from ${minHeartbeatMs} to ${MAX_DELAY_MS}`);
  }
  check.finish();
  if (clientName !== "") checkName(clientName);
  return {
    types: typesOf(types),
    streamKey: streamKey || undefined,
    server: serverId,
    from,
    policy: policy === Policy.Latest ? "latest" : "fifo",
    queueSize: queueSize || undefined,
    heartbeatMs: heartbeatMs || defaultHeartbeatMs,
  };
}

function checkName(name: string): void {
  try {
    checkEventType([name]);
  } catch {
    throw invalidArgument({ clientName: "must be fit for a segment of an event type" });
  }
}

function beginOf({ start, after, afterVersion }: SubscribeRequest, check: RequestCheck) {
  if (afterVersion !== undefined) return { version: check.number("afterVersion", afterVersion) };
  return check.eventId("after", after) ?? (start === StartPoint.Beginning ? "start" : "now");
}

function reachedBy({ streamKey }: Wanted, { version, last }: Place): Reached {
  return streamKey === undefined
    ? { after: eventIdMessage(last) }
    : { afterVersion: BigInt(version) };
}

import { type Event, type EventClient, type SubscriptionItem, sluiceError } from "sluice/client";

/** What the simulated station stores. */
const types = [["simulated", "*"]];
/** As much as the plots show: two minutes of three measures. */
const recentEvents = 720;

/** Told of what follows, in its order. */
export interface Follower {
  /** Begins, or begins anew, with the last events there are, the oldest first. */
  begin(events: readonly Event[]): void;
  /** What comes behind them. */
  take(item: SubscriptionItem): void;
  /** The event to go on behind is not known any more: `begin()` is next. */
  lostTrack(): void;
}

/**
 * Follows the station: what there is by a query, then what comes behind it by a subscription, which
 * resumes by itself.
 *
 * @throws ConnectError what does not get better by waiting.
 */
export async function follow(log: EventClient, follower: Follower): Promise<void> {
  for (;;) {
    try {
      const recent = await readRecent(log);
      follower.begin(recent);
      const from = recent.at(-1)?.id ?? "start";
      const backoff = { maxMs: 4_000 };
      for await (const item of log.subscribe({ types, from, heartbeatMs: 5_000, backoff })) {
        follower.take(item);
      }
    } catch (error) {
      if (sluiceError(error)?.code !== "event_unknown") throw error;
      follower.lostTrack();
    }
  }
}

/** The last events of the station, the oldest first. */
async function readRecent(log: EventClient): Promise<Event[]> {
  const recent: Event[] = [];
  for await (const event of log.queryTimeseries({ types, limit: recentEvents })) {
    recent.push(event);
    if (recent.length === recentEvents) break;
  }
  return recent.reverse();
}

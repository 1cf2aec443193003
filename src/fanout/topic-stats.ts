/** Totals of a topic since it was made; they only grow. */
export interface TopicTotals {
  /** Items whose turn to be published came, whether or not anybody was there. */
  published: number;
  /** Items handed to sinks, replayed ones included, heartbeats not. */
  delivered: number;
  /** Items which `latest` dropped from a full queue. */
  dropped: number;
  /** Subscribers ended by `slow.evictAfterMs`. */
  evicted: number;
  /** Heartbeats handed to sinks. */
  heartbeats: number;
  /** Publishes refused by `maxWaiting`. */
  overflows: number;
  /** Subscribers refused by `maxSubscribers`. */
  refused: number;
  /** Errors thrown by sinks and by `heartbeat.item`; each was contained where it happened. */
  failures: number;
}

/** How a topic stands now. */
export interface TopicGauges {
  /** Subscribers present. */
  subscribers: number;
  /** Subscribers whose transport is back-pressured. */
  blocked: number;
  /** Items in the queues of all subscribers. */
  queued: number;
  /** Bytes of them, as far as `sizeOf` says. */
  queuedBytes: number;
  /** Publishes waiting: for room, or for their turn behind one that does. */
  waiting: number;
}

/** What `Topic.stats()` returns: a copy. */
export interface TopicStats extends TopicTotals, TopicGauges {}

/** All totals at zero. */
export function zeroTotals(): TopicTotals {
  return {
    published: 0,
    delivered: 0,
    dropped: 0,
    evicted: 0,
    heartbeats: 0,
    overflows: 0,
    refused: 0,
    failures: 0,
  };
}

/** Everything at zero. */
export function zeroStats(): TopicStats {
  return { ...zeroTotals(), subscribers: 0, blocked: 0, queued: 0, queuedBytes: 0, waiting: 0 };
}

/** Adds to `sum` every number of `sum` that `part` has too. */
export function addStats(sum: TopicTotals, part: TopicStats): void {
  for (const name of Object.keys(sum) as (keyof TopicTotals)[]) sum[name] += part[name];
}

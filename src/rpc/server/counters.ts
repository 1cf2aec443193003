/** How often a limit of the server took effect, since it was started. Only ever counts up. */
export interface ServerCounters {
  /** Connections closed on arrival because of `maxConnections`. */
  readonly refusedConnections: number;
  /** Connections that showed no protocol, or acknowledged no settings, within `headersTimeoutMs`. */
  readonly stalledConnections: number;
  /** HTTP/2 connections whose peer left a PING unanswered. */
  readonly deadConnections: number;
  /** HTTP/2 connections closed because they had no stream for `keepAliveTimeoutMs`. */
  readonly idleSessions: number;
  /** Connections destroyed because they outlived the grace period of `close()`. */
  readonly forcedConnections: number;
}

/** The counters as their owner sees them. */
export type MutableCounters = { -readonly [K in keyof ServerCounters]: number };

/** Counters that have counted nothing yet. */
export function zeroCounters(): MutableCounters {
  return {
    refusedConnections: 0,
    stalledConnections: 0,
    deadConnections: 0,
    idleSessions: 0,
    forcedConnections: 0,
  };
}

import { argumentInvalid } from "./arguments.js";
import type { Clock } from "./clock.js";

/** How long to wait before a connection is tried again. */
export interface Backoff {
  /** The longest wait of the first attempt, in milliseconds; default 250. */
  readonly minMs?: number;
  /** The longest wait of all, in milliseconds; default 15,000. */
  readonly maxMs?: number;
}

/** @throws ConnectError `argument_invalid`, as `sluiceError()` reads it. */
export function checkBackoff({ minMs = 250, maxMs = 15_000 }: Backoff = {}): Required<Backoff> {
  if (!(minMs > 0 && minMs < Number.POSITIVE_INFINITY)) {
    throw argumentInvalid("backoff.minMs", "must be a number above 0");
  }
  if (!(maxMs >= minMs && maxMs < Number.POSITIVE_INFINITY)) {
    throw argumentInvalid("backoff.maxMs", "must be a number from minMs");
  }
  return { minMs, maxMs };
}

/**
 * How long to wait before an attempt, counted from 1: up to twice as long as before the last one,
 * and anything below that, so that many clients which lost the same server do not come back all at
 * once. This is the "full jitter" of Marc Brooker's "Exponential Backoff And Jitter" (AWS, 2015).
 *
 * @param random from 0 up to 1.
 */
export function backoffMs(
  attempt: number,
  { minMs, maxMs }: Required<Backoff>,
  random: number,
): number {
  return random * Math.min(maxMs, minMs * 2 ** (attempt - 1));
}

/** Resolves after a while, or when the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = clock.setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
  });
}

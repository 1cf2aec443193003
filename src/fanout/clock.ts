/** What `Clock.setTimeout` returns; opaque, and good for `clearTimeout` of the same clock only. */
export type TimerHandle = unknown;

/** The source of time of everything in this folder, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes backwards. */
  now(): number;
  /** Calls `callback` once after `delayMs`. */
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  /** Forgets a timer; does nothing when it has already run. */
  clearTimeout(handle: TimerHandle): void;
}

/** The longest delay Node's timers know; a longer one would run after 1 ms instead. */
export const MAX_DELAY_MS = 2_147_483_647;

/** Real time. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

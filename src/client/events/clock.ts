import type { Clock } from "../../fanout/clock.js";

export type { Clock };

/** The longest delay that timers know; a longer one would be over at once. */
const maxDelayMs = 2_147_483_647;

/** Real time, in browsers and elsewhere. */
export const realClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, Math.min(delayMs, maxDelayMs)),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

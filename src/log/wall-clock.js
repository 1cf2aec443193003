/** How far the two clocks of the machine may differ before they are set by each other again. */
const toleranceMs = 1;
/**
 * The time of day to the microsecond. `Date` knows milliseconds only, and `performance` nothing of
 * corrections of the clock: so it goes by the latter, as long as it agrees with the former.
 */
export class WallClock {
    #offsetMs = Number.NaN;
    now() {
        const dayMs = Date.now();
        const runMs = performance.now();
        const offBy = dayMs - (runMs + this.#offsetMs);
        // Within its millisecond the day may be up to one ahead.
        if (!(offBy <= toleranceMs && offBy > -1 - toleranceMs))
            this.#offsetMs = dayMs - runMs;
        const micros = Math.floor((runMs + this.#offsetMs) * 1000);
        const seconds = Math.floor(micros / 1e6);
        return { seconds, micros: micros - seconds * 1e6 };
    }
}

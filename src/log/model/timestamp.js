import { SluiceError } from "../../errors.js";
/** The earliest there is. */
export const minTimestamp = Object.freeze({ seconds: -(2n ** 63n), micros: 0 });
/** The latest there is. */
export const maxTimestamp = Object.freeze({
    seconds: 2n ** 63n - 1n,
    micros: 999_999,
});
/** Orders by time: negative, 0 or positive. */
export function compareTimestamps(a, b) {
    if (a.seconds !== b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return a.micros - b.micros;
}
/** Whether a value is a timestamp with both parts in range. */
export function isTimestamp(value) {
    if (typeof value !== "object" || value === null)
        return false;
    const { seconds, micros } = value;
    return (typeof seconds === "bigint" &&
        seconds >= minTimestamp.seconds &&
        seconds <= maxTimestamp.seconds &&
        Number.isInteger(micros) &&
        micros >= 0 &&
        micros <= 999_999);
}
/**
 * The timestamp so many seconds later, or earlier for a negative number. The fraction of `seconds`
 * is rounded to microseconds, halves to the even one.
 *
 * @throws SluiceError `timestamp_out_of_range`, also where `seconds` is not finite.
 */
export function addSeconds(timestamp, seconds) {
    if (!Number.isFinite(seconds)) {
        throw new SluiceError("timestamp_out_of_range", `No timestamp is at ${seconds} seconds`);
    }
    const whole = Math.trunc(seconds);
    const micros = timestamp.micros + roundHalfEven((seconds - whole) * 1e6);
    return carry(timestamp.seconds + BigInt(whole), micros);
}
/**
 * The timestamp of a number of seconds since 1970, rounded to microseconds, halves to the even one:
 * what Python makes of `time.time()`, whose numbers are only that precise until the year 2242.
 *
 * @throws SluiceError `timestamp_out_of_range`, also where `seconds` is not finite.
 */
export function timestampFromSeconds(seconds) {
    return addSeconds({ seconds: 0n, micros: 0 }, seconds);
}
/** Seconds since 1970 as the nearest number there is, which may be microseconds off. */
export function timestampToSeconds({ seconds, micros }) {
    return Number(seconds) + micros / 1e6;
}
/** Makes a timestamp of microseconds from -1,000,000 up to, but not including, 2,000,000. */
function carry(seconds, micros) {
    const carried = Math.floor(micros / 1e6);
    const timestamp = { seconds: seconds + BigInt(carried), micros: micros - carried * 1e6 };
    if (isTimestamp(timestamp))
        return timestamp;
    throw new SluiceError("timestamp_out_of_range", `A timestamp's seconds have 64 bits, from ${minTimestamp.seconds} to ${maxTimestamp.seconds}`);
}
function roundHalfEven(value) {
    const rounded = Math.round(value);
    return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * One 64-bit value and its two halves in the same memory: the quickest way from one to the other.
 */
const halves = new Int32Array(2);
const signed = new BigInt64Array(halves.buffer);
const unsigned = new BigUint64Array(halves.buffer);
/** Where the low half is depends on the machine. */
const lowAt = new Uint8Array(new Int32Array([1]).buffer)[0] === 1 ? 0 : 1;
const highAt = 1 - lowAt;
/** Stores a signed value, if it fits into 64 bits. */
export function storeSigned(value) {
    signed[0] = value;
    return signed[0] === value;
}
/** Stores an unsigned value, if it fits into 64 bits. */
export function storeUnsigned(value) {
    unsigned[0] = value;
    return unsigned[0] === value;
}
/** The low half of the value stored last. */
export function low() {
    return halves[lowAt];
}
/** The high half of the value stored last. */
export function high() {
    return halves[highAt];
}
/** The signed value of two halves. */
export function signedOf(lowHalf, highHalf) {
    halves[lowAt] = lowHalf;
    halves[highAt] = highHalf;
    return signed[0];
}
/** The unsigned value of two halves. */
export function unsignedOf(lowHalf, highHalf) {
    halves[lowAt] = lowHalf;
    halves[highAt] = highHalf;
    return unsigned[0];
}

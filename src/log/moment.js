export function momentOf({ seconds, micros }) {
    return { seconds: Number(seconds), micros };
}
export function timestampOf({ seconds, micros }) {
    return { seconds: BigInt(seconds), micros };
}
export function compareMoments(a, b) {
    return a.seconds - b.seconds || a.micros - b.micros;
}

/**
 * Says what keeps a value from being a list of segments within the limits, if anything does. What
 * the segments contain is not looked at, except that each must have a UTF-8 form.
 */
export function findSegmentsProblem(value, { maxSegments = 64, maxBytes = 1_024 } = {}) {
    if (!Array.isArray(value))
        return "is no list of segments";
    if (value.length > maxSegments) {
        return `has ${value.length} segments, more than ${maxSegments} (maxSegments)`;
    }
    let bytes = Math.max(0, value.length - 1);
    for (let i = 0; i < value.length; i++) {
        const segment = value[i];
        if (typeof segment !== "string")
            return `has no string as segment ${i}`;
        if (!segment.isWellFormed())
            return `has half a surrogate pair in segment ${i}`;
        bytes += utf8Length(segment);
    }
    if (bytes > maxBytes)
        return `has ${bytes} bytes, more than ${maxBytes} (maxBytes)`;
    return undefined;
}
/** A segment as it is shown in an error: a long one is cut. */
export function quoteSegment(segment) {
    return JSON.stringify(segment.length > 40 ? `${segment.slice(0, 40)}…` : segment);
}
/** The bytes of a well-formed text; an encoder would make a copy to count them. */
function utf8Length(text) {
    let length = 0;
    for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        // Both halves of a pair together have four.
        const half = code >= 0xd800 && code <= 0xdfff;
        length += code < 0x80 ? 1 : code < 0x800 || half ? 2 : 3;
    }
    return length;
}

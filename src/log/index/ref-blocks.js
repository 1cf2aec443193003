import { ByteReader } from "../../codec/byte-reader.js";
import { ByteWriter } from "../../codec/byte-writer.js";
/** Sessions further apart than this are in blocks of their own: a difference is a 32-bit number. */
const maxBlockSpan = 2 ** 31;
/** Events of one block, at most, as far as sessions are not torn apart for it. */
const maxBlockEvents = 1_024;
const writer = new ByteWriter();
/** Cuts refs where blocks have to end. */
export function* blocksOf(refs) {
    let from = 0;
    for (let i = 2; i < refs.length; i += 2) {
        const difference = refs[i] - refs[i - 2];
        const isFull = difference > 0 && i - from >= 2 * maxBlockEvents;
        if (difference < maxBlockSpan && !isFull)
            continue;
        yield { from, to: i };
        from = i;
    }
    yield { from, to: refs.length };
}
/**
 * A block as bytes: for each session its difference to the one before, the number of runs of
 * instances, and each run's distance and length, as varints. One event of each of many sessions
 * takes 4 bytes; a thousand events of one session do as well.
 */
export function encodeBlock(refs, { from, to }) {
    try {
        let before = refs[from];
        for (let i = from; i < to;) {
            const session = refs[i];
            let end = i;
            while (end < to && refs[end] === session)
                end += 2;
            writer.uint32(session - before);
            before = session;
            writeRuns(refs, i, end);
            i = end;
        }
        return writer.finish();
    }
    finally {
        writer.reset();
    }
}
/** @param firstSession of the block; it stands in its key. */
export function decodeBlock(bytes, firstSession) {
    const reader = new ByteReader(bytes, false);
    const refs = [];
    let session = firstSession;
    while (reader.at < bytes.length) {
        session += reader.uint32();
        let end = 0;
        for (let runs = reader.uint32(); runs > 0; runs--) {
            const start = end + reader.uint32();
            end = start + reader.uint32();
            for (let instance = start; instance < end; instance++)
                refs.push(session, instance);
        }
    }
    return refs;
}
function writeRuns(refs, from, to) {
    let runs = 1;
    for (let i = from + 3; i < to; i += 2) {
        if (refs[i] !== refs[i - 2] + 1)
            runs++;
    }
    writer.uint32(runs);
    let end = 0;
    for (let i = from + 1; i < to;) {
        const start = refs[i];
        let length = 1;
        while (i + 2 * length < to && refs[i + 2 * length] === start + length)
            length++;
        writer.uint32(start - end);
        writer.uint32(length);
        end = start + length;
        i += 2 * length;
    }
}

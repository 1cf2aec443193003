import { timestampOf } from "../moment.js";
import { StoredEvent } from "../stored-event.js";
/**
 * The events that were stored when the same was appended before. They need not be read, and may
 * even have been removed: what they are is known from the repetition.
 */
export function replay(prepared, { server, session, time, versions }, types) {
    const timestamp = timestampOf(time);
    let streams = 0;
    return prepared.map(({ type, sourceTimestamp, streamKey, binaryType, data }, i) => {
        const typeNumber = types.idOf(type);
        const stream = streamKey === undefined ? undefined : { key: streamKey, version: versions[streams++] };
        return new StoredEvent({ server, session, instance: i + 1 }, typeNumber, types.typeOf(typeNumber), timestamp, sourceTimestamp, stream, binaryType, data);
    });
}

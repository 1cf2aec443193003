import type { Event } from "../model/event.js";
import type { TypeTree } from "../model/type-tree.js";
import { timestampOf } from "../moment.js";
import { StoredEvent } from "../stored-event.js";
import type { Answer } from "./answer.js";
import type { PreparedEvent } from "./prepared-event.js";

/**
 * The events that were stored when the same was appended before. They need not be read, and may
 * even have been removed: what they are is known from the repetition.
 */
export function replay(
  prepared: readonly PreparedEvent[],
  { server, session, time, versions }: Answer,
  types: TypeTree,
): Event[] {
  const timestamp = timestampOf(time);
  let streams = 0;
  return prepared.map(({ type, sourceTimestamp, streamKey, binaryType, data }, i) => {
    const typeNumber = types.idOf(type)!;
    const stream =
      streamKey === undefined ? undefined : { key: streamKey, version: versions[streams++]! };
    return new StoredEvent(
      { server, session, instance: i + 1 },
      typeNumber,
      types.typeOf(typeNumber),
      timestamp,
      sourceTimestamp,
      stream,
      binaryType,
      data,
    );
  });
}

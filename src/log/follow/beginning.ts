import { SluiceError } from "../../errors.js";
import type { EventId } from "../model/event.js";
import { type ReadContext, Reading } from "../read/log-reader.js";
import { queryStream } from "../read/query-stream.js";
import type { Wanted } from "./check-follow.js";
import { noEvent } from "./last-event.js";
import type { StreamVersion, SubscribeOptions } from "./subscribe-request.js";

/** Where a subscription begins; what is left out is where the log is now. */
export interface Beginning {
  /** Behind this position. */
  readonly position?: number;
  /** Behind this version, of the stream that is followed. */
  readonly version?: number;
  /** The event behind which it begins; session 0: before the first. */
  readonly last?: EventId;
  /** The part of the session behind the position up to this event is not asked for. */
  readonly part?: EventId;
}

/** @throws SluiceError `event_unknown`, `query_invalid`. */
export async function beginning(
  reading: ReadContext,
  { streamKey }: Wanted,
  from: NonNullable<SubscribeOptions["from"]>,
): Promise<Beginning> {
  if (from === "start" || (typeof from === "object" && "session" in from && from.session === 0)) {
    return { position: 0, last: noEvent };
  }
  if (from !== "now" && !("version" in from)) {
    return (streamKey === undefined && atEnd(reading, from)) || behind(reading, streamKey, from);
  }
  return streamKey === undefined ? {} : inStream(reading, streamKey, from);
}

async function inStream(
  reading: ReadContext,
  streamKey: string,
  from: "now" | StreamVersion,
): Promise<Beginning> {
  const { version: last } = await queryStream(reading, { streamKey, limit: 0 });
  const version = from === "now" ? last : from.version;
  if (version > last) throw unknownVersion(streamKey, version);
  // What lies between is found by its version.
  return version < last ? { version, position: 0 } : { version };
}

/** The last event of a server is known even if it has been removed. */
function atEnd({ index }: ReadContext, from: EventId): Beginning | undefined {
  const end = index.ends().get(from.server);
  if (end?.session !== from.session || end.instance !== from.instance) return undefined;
  return { position: end.position, last: from };
}

async function behind(
  reading: ReadContext,
  streamKey: string | undefined,
  from: EventId,
): Promise<Beginning> {
  const record = await new Reading(reading).recordOf(from);
  const event = record?.events.find(({ id }) => id.instance === from.instance);
  if (record === undefined || event === undefined) throw unknownEvent(from);
  if (streamKey !== undefined && event.stream?.key !== streamKey) throw otherStream(streamKey);
  // Of its own session there may be more.
  const position = record.position - 1;
  return { position, part: from, last: from, version: event.stream?.version };
}

function unknownEvent({ server, session, instance }: EventId): SluiceError {
  return new SluiceError(
    "event_unknown",
    `There is no event ${server}:${session}:${instance} to begin behind: it was removed, or is of ` +
      'another log. Begin from "start" or "now".',
  );
}

function unknownVersion(streamKey: string, version: number): SluiceError {
  return new SluiceError(
    "event_unknown",
    `The stream ${JSON.stringify(streamKey)} has no version ${version} to begin behind: it is of ` +
      'another log. Begin from "start" or "now".',
  );
}

function otherStream(streamKey: string): SluiceError {
  const description = `must be an event of the stream ${JSON.stringify(streamKey)}`;
  return new SluiceError("query_invalid", `from ${description}`, {
    violations: [{ field: "from", description }],
  });
}

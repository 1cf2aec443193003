import type { ImportEvent } from "../model/event.js";
import { momentOf } from "../moment.js";
import type { LogContext } from "./log-context.js";
import { parsed } from "./refuse-unmet.js";

/** Why an event was not imported. */
export type SkipReason =
  /** It is there already, or later ones of its server are. */
  | "known"
  /** Its timestamp is before that of the last event of its server. */
  | "late"
  /** It does not meet a condition of the log. */
  | "refused"
  /** Its version is not the next one of its stream. */
  | "version";

/** Where events of peers end, and streams, while some arrive. */
export class Arriving {
  constructor(
    private readonly context: LogContext,
    /** The last versions of all streams that events are of. */
    private readonly versions: Map<string, number>,
  ) {}

  /** Takes note of an event, or says why it is not to be stored. */
  accept(event: ImportEvent): SkipReason | undefined {
    const { id, type, timestamp, stream } = event;
    const { ends, conditions } = this.context;
    const { server, session, instance } = id;
    const time = momentOf(timestamp);
    if (!ends.isNew(server, session, instance)) return "known";
    if (!ends.isInTime(server, time)) return "late";
    if (!conditions.isEmpty && !conditions.passes(type, parsed(event.payload))) return "refused";
    if (stream !== undefined) {
      if (stream.version !== this.versions.get(stream.key)! + 1) return "version";
      this.versions.set(stream.key, stream.version);
    }
    ends.set(server, { session, instance, time });
    return undefined;
  }

  /** Lets those who append know of the versions, as of a position. */
  settle(position: number): void {
    const { versions } = this.context;
    for (const [streamKey, version] of this.versions) {
      versions.add(streamKey, version).advance(version, position);
    }
    versions.written(position);
  }
}

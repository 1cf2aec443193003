import type { EventId } from "../model/event.js";
import type { StoredEvent } from "../stored-event.js";

/** How far somebody has been given a log. */
export interface Place {
  /** Everything up to this position. */
  readonly position: number;
  /** The last event up to there, of all there are; session 0: there is none. */
  readonly last: EventId;
  /** Of the stream that is followed, everything up to this version. */
  readonly version: number;
}

/** The events of one session that are asked for. */
export interface StepBatch {
  readonly events: readonly StoredEvent[];
  /** See `SessionBatch`. */
  readonly skipped?: number;
}

/** Some of the way: what is asked for there, if anything is, and where it leads. */
export interface Step {
  readonly batch: StepBatch | undefined;
  readonly place: Place;
}

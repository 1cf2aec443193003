import type { SessionRecord } from "../record.js";

/** A place between two events of one server: right behind this one. Session 0 is the beginning. */
export interface Place {
  readonly session: number;
  readonly instance: number;
}

/** A part of one server's events: those behind one place, up to another. */
export interface Span {
  readonly after: Place;
  /** The last event that belongs to it. */
  readonly upTo: Place;
}

/** Goes through one server's events, in their order or from the last to the first. */
export interface SessionCursor {
  /**
   * The next records, with those of their events that are asked for, of which there are any;
   * ascending inside of each record. None is the end.
   *
   * @param events how many are enough, about.
   */
  next(events: number): Promise<SessionRecord[]>;
}

export const beginning: Place = { session: 0, instance: 0 };

export function comparePlaces(a: Place, b: Place): number {
  return a.session - b.session || a.instance - b.instance;
}

export function isWithin({ after, upTo }: Span, session: number, instance: number): boolean {
  return (
    (session > after.session || (session === after.session && instance > after.instance)) &&
    (session < upTo.session || (session === upTo.session && instance <= upTo.instance))
  );
}

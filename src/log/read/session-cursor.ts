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
   * ascending inside of each record. None is the end, unless the budget is spent.
   *
   * @param events how many are enough, about.
   */
  next(events: number): Promise<SessionRecord[]>;
  /** The last event that was looked at, whether asked for or not; `undefined`: none so far. */
  readonly place: Place | undefined;
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

/** What is left of a span behind a place, in one direction or the other. */
export function resumed(span: Span, place: Place | undefined, reverse: boolean): Span {
  if (place === undefined) return span;
  if (!reverse) {
    return comparePlaces(place, span.after) > 0 ? { after: place, upTo: span.upTo } : span;
  }
  const upTo = { session: place.session, instance: place.instance - 1 };
  return comparePlaces(upTo, span.upTo) < 0 ? { after: span.after, upTo } : span;
}

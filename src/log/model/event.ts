import type { Timestamp } from "./timestamp.js";

/**
 * Who stored an event, in which session, at which position in it. Each is an integer from 0 to
 * 2^53 - 1. Sessions and instances of stored events begin at 1: a session 0 is "before the first".
 */
export interface EventId {
  readonly server: number;
  readonly session: number;
  readonly instance: number;
}

/** What JSON can express. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * What an event carries: a JSON value, or bytes which the log never looks into, with a type that
 * is the application's own. The JSON value null is something else than no payload.
 */
export type Payload =
  | { readonly json: JsonValue }
  | { readonly binary: { readonly type: string; readonly data: Uint8Array } };

/** A payload as it is given: JSON may be given as its text, which is kept to the letter. */
export type NewPayload = Payload | { readonly jsonText: string };

/** The hierarchical type of an event, from the general to the particular; may be empty. */
export type EventType = readonly string[];

/** An event as it is given to the log, which adds the id, the timestamp and the version. */
export interface NewEvent {
  readonly type: EventType;
  /** When it happened, by the clock of whoever tells of it. */
  readonly sourceTimestamp?: Timestamp;
  readonly payload?: NewPayload;
  /** The event's own ordered stream, if it belongs to one. */
  readonly streamKey?: string;
}

/** A stored event; never changed. */
export interface Event {
  readonly id: EventId;
  readonly type: EventType;
  /** When it was stored, by the server's clock; the same for all events of a session. */
  readonly timestamp: Timestamp;
  readonly sourceTimestamp?: Timestamp;
  readonly payload?: Payload;
  /** The stream it belongs to, and its position there: dense, from 1. */
  readonly stream?: { readonly key: string; readonly version: number };
}

/** An event that has its id and time already: of a copy, a backup, or a peer. */
export type ImportEvent = Omit<Event, "payload"> & { readonly payload?: NewPayload };

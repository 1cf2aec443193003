import type { Event, NewEvent } from "../model/event.js";

/**
 * What must be true of a stream for an append to be stored: that it has this version, that it has
 * none, or any. `"any"` checks nothing; it documents that the caller does not care.
 */
export interface Expectation {
  readonly streamKey: string;
  readonly version: number | "none" | "exists" | "any";
}

/** Options of `EventLog.append()`. */
export interface AppendOptions {
  /** All of them must hold, else nothing is stored. */
  readonly expect?: readonly Expectation[];
  /**
   * An idempotency key: of appends with the same one only the first is stored, the others get its
   * answer, also after a restart. How long it is remembered is an option of the log.
   */
  readonly key?: string;
  /**
   * `"commit"` (default): answered when the events are on disk. `"relaxed"`: answered when they are
   * accepted; a crash within the next moments may lose them, and readers see them only when they
   * are on disk.
   */
  readonly durability?: "commit" | "relaxed";
  /** Who appends: handed to whatever takes part in the session, stored nowhere. */
  readonly source?: unknown;
}

/** What `EventLog.append()` answers. */
export interface AppendResult {
  /** The events of this append, in its order, as they are stored. */
  readonly events: readonly Event[];
  /** They were stored before, by an append with the same idempotency key. */
  readonly replayed: boolean;
}

/** Limits of what may be appended. */
export interface AppendLimits {
  /** Events of one append; default 10,000. */
  readonly maxEvents: number;
  /** Bytes of one payload; default 1 MiB. */
  readonly maxPayloadBytes: number;
  /** Bytes of all payloads of one session, the events of modules among them; default 16 MiB. */
  readonly maxSessionBytes: number;
  /** Segments of a type; default 64. */
  readonly maxTypeSegments: number;
  /** Bytes of a type; default 1,024. */
  readonly maxTypeBytes: number;
  /** Distinct types in the log; each takes about 100 bytes of memory; default 1,000,000. */
  readonly maxTypes: number;
  /** Bytes of a stream key or an idempotency key; default 512. */
  readonly maxKeyBytes: number;
}

export type { Event, NewEvent };

import type { EventId } from "./model/event.js";

/** How a log is. */
export interface LogStatus {
  readonly server: number;
  /** The last event that this server has stored; session 0 if none. */
  readonly lastEventId: EventId;
  /** Distinct event types. */
  readonly types: number;
  /** Appends that wait to be written. */
  readonly pending: number;
  /** Bytes that it takes where it is kept. */
  readonly sizeBytes: number;
  /** How often the machine's clock was behind the log's time. */
  readonly clockSteps: number;
  /** Why nothing is stored any more. */
  readonly failure: string | undefined;
}

import type { Event, EventId, EventType, Payload } from "./model/event.js";
import type { Timestamp } from "./model/timestamp.js";
import { asBuffer } from "./tables.js";

/** An event of a log. Its payload is parsed when somebody asks for it. */
export class StoredEvent implements Event {
  #payload: Payload | undefined;

  constructor(
    readonly id: EventId,
    /** The number that its type has in this log. */
    readonly typeNumber: number,
    readonly type: EventType,
    readonly timestamp: Timestamp,
    readonly sourceTimestamp: Timestamp | undefined,
    readonly stream: Event["stream"],
    /** The type of a binary payload. */
    readonly binaryType: string | undefined,
    /** The payload as it is stored: text or UTF-8 of JSON, or the bytes of a binary payload. */
    readonly data: string | Uint8Array | undefined,
    /** Kept only because it is the last of its type: no part of what happened any more. */
    readonly isReleased = false,
  ) {}

  /** The same event, released. */
  released(): StoredEvent {
    const { id, typeNumber, type, timestamp, sourceTimestamp, stream, binaryType, data } = this;
    return new StoredEvent(
      id,
      typeNumber,
      type,
      timestamp,
      sourceTimestamp,
      stream,
      binaryType,
      data,
      true,
    );
  }

  get payload(): Payload | undefined {
    if (this.data !== undefined) this.#payload ??= this.#parse(this.data);
    return this.#payload;
  }

  /** The text of a JSON payload, as it is stored. */
  get jsonText(): string | undefined {
    if (this.data === undefined || this.binaryType !== undefined) return undefined;
    return textOf(this.data);
  }

  #parse(data: string | Uint8Array): Payload {
    return this.binaryType === undefined
      ? { json: JSON.parse(textOf(data)) }
      : { binary: { type: this.binaryType, data: data as Uint8Array } };
  }
}

function textOf(data: string | Uint8Array): string {
  return typeof data === "string" ? data : asBuffer(data).toString("utf8");
}

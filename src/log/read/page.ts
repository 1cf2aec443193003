import type { StoredEvent } from "../stored-event.js";

/** What an event takes besides its texts and its payload, roughly. */
const eventBytes = 100;

/** Events of one page of a query, until it is full: by their number, or by what they take. */
export class Page {
  readonly events: StoredEvent[] = [];
  #bytes = 0;

  constructor(
    private readonly limit: number,
    private readonly maxBytes: number,
  ) {}

  get isFull(): boolean {
    return this.events.length >= this.limit || this.#bytes >= this.maxBytes;
  }

  /** Events that fit by their number. */
  get room(): number {
    return this.limit - this.events.length;
  }

  add(event: StoredEvent): void {
    this.events.push(event);
    this.#bytes += eventBytes + sizeOf(event);
  }
}

function sizeOf({ type, stream, binaryType, data }: StoredEvent): number {
  let size = (stream?.key.length ?? 0) + (binaryType?.length ?? 0) + (data?.length ?? 0);
  for (const segment of type) size += segment.length;
  return size;
}

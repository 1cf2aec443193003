import type { StoredEvent } from "../stored-event.js";
import type { Budget } from "./budget.js";
import type { Place, SessionCursor } from "./session-cursor.js";

/** The events of one server that belong to a query, one by one, in the direction of the query. */
export class ServerFeed {
  #buffer: StoredEvent[] = [];
  #at = 0;
  #last: Place | undefined;
  #isOver = false;

  constructor(
    readonly server: number,
    private readonly cursor: SessionCursor,
    start: Place | undefined,
    private readonly reverse: boolean,
    private readonly isWanted: (event: StoredEvent) => boolean,
    /** When it is spent, the cursor stands still. */
    private readonly budget: Budget,
  ) {
    this.#last = start;
  }

  /** The next event, if it is loaded. */
  get first(): StoredEvent | undefined {
    return this.#buffer[this.#at];
  }

  /** There are no more events. */
  get isOver(): boolean {
    return this.#isOver && this.first === undefined;
  }

  /** Behind which event to go on later; `undefined`: from the beginning. */
  get place(): Place | undefined {
    return this.first === undefined ? (this.cursor.place ?? this.#last) : this.#last;
  }

  shift(): void {
    const { session, instance } = this.#buffer[this.#at++]!.id;
    this.#last = { session, instance };
  }

  /** Loads the next event; false if there is none, or none was found before the budget was spent. */
  async load(events: number): Promise<boolean> {
    while (this.first === undefined) {
      if (this.#isOver || this.budget.isSpent) return false;
      const records = await this.cursor.next(events);
      if (records.length === 0 && !this.budget.isSpent) this.#isOver = true;
      const { reverse } = this;
      this.#buffer = records.flatMap((record) =>
        reverse ? record.events.toReversed() : record.events,
      );
      this.#buffer = this.#buffer.filter(this.isWanted);
      this.#at = 0;
    }
    return true;
  }
}

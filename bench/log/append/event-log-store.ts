import type { EventLog } from "sluice/events";
import { newEvent } from "../events.js";
import type { Store } from "./store.js";

/** A log of Sluice's that nobody else appends to. */
export class EventLogStore implements Store {
  readonly first: number;
  private readonly firstSession: number;

  /**
   * @param perAppend events of one session, also of those that are there already.
   * @param verify is called when the log is closed.
   */
  constructor(
    private readonly log: EventLog,
    private readonly perAppend: number,
    readonly verify: (end: number) => Promise<void>,
  ) {
    const { session } = log.lastEventId(log.server);
    this.firstSession = session + 1;
    this.first = session * perAppend;
  }

  async append(number: number, count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, i) => newEvent(number + i));
    const stored = (await this.log.append(events)).events;
    const session = this.firstSession + (number - this.first) / this.perAppend;
    const last = stored.at(-1)?.id;
    if (stored.length !== count || last?.session !== session || last.instance !== count) {
      throw new Error(
        `${stored.length} events stored, the last as ${JSON.stringify(last)}, instead of ${count} ` +
          `in session ${session}`,
      );
    }
  }

  finish(): Promise<void> {
    return this.log.close();
  }
}

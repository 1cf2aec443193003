import type { Plugin } from "../app/plugin.js";
import { SluiceError } from "../errors.js";
import { EventLog } from "../log/event-log.js";
import type { LogOptions } from "../log/log-options.js";
import { EventService } from "./event-service.js";

/** The event-store plugin: a log, and its RPCs. */
export class EventsPlugin implements Plugin {
  readonly name = "events";
  readonly package = "sluice.events.v1";
  readonly services: readonly object[];
  #log: EventLog | undefined;

  constructor(private readonly options: LogOptions) {
    this.services = [new EventService(() => this.log)];
  }

  /**
   * The log, for what runs in the same process.
   *
   * @throws SluiceError `log_closed` before the app is finalized and after it is closed.
   */
  get log(): EventLog {
    if (this.#log === undefined) {
      throw new SluiceError("log_closed", "The app of this event log is not finalized, or closed.");
    }
    return this.#log;
  }

  async start(): Promise<void> {
    this.#log = await EventLog.open(this.options);
  }

  async stop(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.close();
  }
}

/**
 * Makes an app an event store:
 *
 * ```ts
 * const store = events({ storage: lmdb("./data") });
 * const app = new App({ … }).use(store);
 * ```
 */
export function events(options: LogOptions): EventsPlugin {
  return new EventsPlugin(options);
}

import type { Plugin } from "../app/plugin.js";
import { SluiceError } from "../errors.js";
import { EventLog } from "../log/event-log.js";
import type { LogOptions } from "../log/log-options.js";
import { Engine, type EngineOptions } from "./engine/engine.js";
import { EventService, type OpenStore } from "./event-service.js";
import { subscribeItems } from "./subscription.js";

/**
 * Options of the event-store plugin: those of its log and of its engine. Without `onError`, what fails
 * in the background is told on stderr.
 */
export interface EventsOptions extends Omit<LogOptions, "hook">, EngineOptions {}

/** The event-store plugin: a log, its engine, and its RPCs. */
export class EventsPlugin implements Plugin {
  readonly name = "events";
  readonly factory = events;
  readonly package = "sluice.events.v1";
  readonly services: readonly object[];
  readonly #engine: Engine;
  #open: OpenStore | undefined;

  constructor(private readonly options: EventsOptions) {
    this.#engine = new Engine(options);
    this.services = [new EventService(() => this.#opened, this.#engine)];
  }

  /**
   * The log, for what runs in the same process.
   *
   * @throws SluiceError `log_closed` before the app is finalized and after it is closed.
   */
  get log(): EventLog {
    return this.#opened.log;
  }

  get #opened(): OpenStore {
    if (this.#open === undefined) {
      throw new SluiceError("log_closed", "The app of this event log is not finalized, or closed.");
    }
    return this.#open;
  }

  async start(): Promise<void> {
    const { hook } = this.#engine;
    const log = await EventLog.open({ onError: reportOnStderr, ...this.options, hook });
    try {
      await this.#engine.start(log);
    } catch (error) {
      await log.close();
      throw error;
    }
    this.#open = { log, feeds: log.feeds(subscribeItems) };
  }

  async stop(): Promise<void> {
    const log = this.#open?.log;
    this.#open = undefined;
    if (log === undefined) return;
    try {
      await this.#engine.stop();
    } finally {
      await log.close();
    }
  }
}

function reportOnStderr(error: unknown): void {
  console.error("sluice: the event log has failed:", error);
}

/**
 * Makes an app an event store:
 *
 * ```ts
 * const store = events({ storage: lmdb("./data") });
 * const app = new App({ … }).use(store);
 * ```
 */
export function events(options: EventsOptions): EventsPlugin {
  return new EventsPlugin(options);
}

import { SluiceError } from "../../errors.js";
import { type Clock, systemClock } from "../../fanout/clock.js";
import type { SessionDraft } from "../../log/append/session-draft.js";
import type { EventLog } from "../../log/event-log.js";
import type { NewEvent } from "../../log/model/event.js";
import { Subscription } from "../../log/model/subscription.js";
import type { ModuleContext, ModuleFactory, Source } from "./module.js";
import { type RunningModule, runSession } from "./session-rounds.js";

/** Options of the engine. */
export interface EngineOptions {
  /** What takes part in every session, in this order. */
  readonly modules?: readonly ModuleFactory[];
  /** Rounds of one session, at most; default 100. */
  readonly maxRounds?: number;
  /** How long one call of a module may take; default 10,000. */
  readonly moduleTimeoutMs?: number;
  /**
   * Whether the engine stores events of its own: `event/<server>/engine` when it starts and stops,
   * `event/<server>/client/<name>` when a client that says its name comes and goes. Default true.
   */
  readonly announce?: boolean;
  readonly clock?: Clock;
}

export const engineSource: Source = { type: "engine", id: 0 };
export const serverSource: Source = { type: "server", id: 0 };
export const clientSource: Source = { type: "client", id: 0 };

/** Runs modules in the sessions of a log, and tells of itself in it. */
export class Engine {
  #log: EventLog | undefined;
  #modules: readonly RunningModule[] = [];

  constructor(private readonly options: EngineOptions) {}

  /** To be given to the log: takes part in every session. */
  readonly hook = (draft: SessionDraft): undefined | Promise<void> => {
    if (this.#modules.length === 0) return undefined;
    const { maxRounds = 100, moduleTimeoutMs = 10_000, clock = systemClock } = this.options;
    return runSession(draft, this.#modules, { maxRounds, moduleTimeoutMs, clock });
  };

  /** Makes the modules, and says that the engine has started. */
  async start(log: EventLog): Promise<void> {
    this.#log = log;
    const modules: RunningModule[] = [];
    for (const [id, make] of (this.options.modules ?? []).entries()) {
      const source: Source = { type: "module", id };
      const module = await make(this.#contextOf(log, source));
      modules.push({ module, source, subscription: Subscription.of(module.types) });
    }
    this.#modules = modules;
    await this.#announce(["engine"], "STARTED");
  }

  /** Says that the engine stops, which modules do not hear, then closes them. */
  async stop(): Promise<void> {
    const modules = this.#modules;
    this.#modules = [];
    try {
      await this.#announce(["engine"], "STOPPED");
    } catch (error) {
      // A log that has failed has told so, and that it does not know when it was stopped is the least.
      if (!(error instanceof SluiceError && error.code === "log_failed")) throw error;
    } finally {
      for (const { module } of modules) await module.close?.();
    }
  }

  /** Says that a client has come or gone. */
  announceClient(name: string, state: "CONNECTED" | "DISCONNECTED"): Promise<void> {
    return this.#announce(["client", name], state);
  }

  async #announce(path: readonly string[], state: string): Promise<void> {
    const log = this.#log;
    if (log === undefined || this.options.announce === false) return;
    const event: NewEvent = { type: ["event", `${log.server}`, ...path], payload: { json: state } };
    await log.append([event], { source: engineSource });
  }

  #contextOf(log: EventLog, source: Source): ModuleContext {
    return {
      server: log.server,
      append: (events) => log.append(events, { source }),
      log,
    };
  }
}

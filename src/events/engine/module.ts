import type { AppendResult } from "../../log/append/append-request.js";
import type { EventLog } from "../../log/event-log.js";
import type { Event, NewEvent } from "../../log/model/event.js";
import type { QueryType } from "../../log/model/query-type.js";

/** Who an event comes from; stored nowhere. */
export interface Source {
  /** A caller of an RPC, a module, the engine itself, or code in the server's process. */
  readonly type: "client" | "module" | "engine" | "server";
  /** Of a module: its place in the configuration, from 0; else 0. */
  readonly id: number;
}

/** How a session ended. */
export interface SessionEnd {
  /** Its events are on their way to disk; else nothing of it is stored. */
  readonly stored: boolean;
}

/**
 * Takes part in every session: sees the events that it asks for before they are stored, and may
 * add others to the same session. Its state is its own.
 *
 * Sessions come one after the other, and wait for their modules: one that takes longer than
 * `moduleTimeoutMs` fails its session. So a module must not wait in `process()` for an append of its
 * own, which is a later session.
 */
export interface Module {
  /** The types of events it is given. */
  readonly types: readonly QueryType[];
  onSessionStart?(session: number): void | Promise<void>;
  onSessionStop?(session: number, end: SessionEnd): void | Promise<void>;
  /** Called for one event after the other; what it returns is added to the session. */
  process(source: Source, event: Event): Processed | Promise<Processed>;
  /** The engine stops: nothing more comes. */
  close?(): void | Promise<void>;
}

/** Events that a module adds. */
export type Processed = Iterable<NewEvent> | undefined;

/** What a module may do besides taking part in sessions. */
export interface ModuleContext {
  /** The server's number in the ids of events. */
  readonly server: number;
  /** Stores events in a session of their own, from this module. */
  append(events: readonly NewEvent[]): Promise<AppendResult>;
  /** For reading. */
  readonly log: Pick<
    EventLog,
    "queryTimeseries" | "queryLatest" | "queryServer" | "readStream" | "subscribe"
  >;
}

/** Makes a module, when the engine starts. */
export type ModuleFactory = (context: ModuleContext) => Module | Promise<Module>;

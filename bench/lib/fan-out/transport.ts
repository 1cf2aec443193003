/** How subscribers reach a server: what the loads of this bench need of each protocol. */
import type { Tally } from "./tally.js";

export interface Transport {
  /** Opens the connections. */
  connect(): Promise<void>;
  /** Asks for every subscription. What arrives from now on goes to the tally. */
  subscribe(): void;
  /** Drops the connections. */
  close(): void;
}

/** What is sent to subscribe. */
export interface Subscribe {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Makes a transport for as many subscribers as the tally has readers. */
export type Connect<O> = (target: URL, options: O, tally: Tally) => Transport;

import type { ServerEnd } from "../index/tail.js";
import { compareMoments, type Moment } from "../moment.js";

/** The last event of a server and its time, what is on its way to disk included. */
export interface PendingEnd {
  readonly session: number;
  readonly instance: number;
  readonly time: Moment;
}

const beforeAll: PendingEnd = {
  session: 0,
  instance: 0,
  time: { seconds: Number.NEGATIVE_INFINITY, micros: 0 },
};

/** Where each server's events end: ids only grow, and times never go back. */
export class ServerEnds {
  readonly #ends: Map<number, PendingEnd>;

  constructor(ends: ReadonlyMap<number, ServerEnd>) {
    this.#ends = new Map(ends);
  }

  of(server: number): PendingEnd {
    return this.#ends.get(server) ?? beforeAll;
  }

  set(server: number, end: PendingEnd): void {
    this.#ends.set(server, end);
  }

  /** Whether a place is behind the end. */
  isNew(server: number, session: number, instance: number): boolean {
    const end = this.of(server);
    return session > end.session || (session === end.session && instance > end.instance);
  }

  /** Whether a time is not before the end's. */
  isInTime(server: number, time: Moment): boolean {
    return compareMoments(time, this.of(server).time) >= 0;
  }
}

/**
 * Checks what subscribers receive. Each one's messages, taken as one stream of bytes, must be the
 * prelude and then the cycle of all messages, without end: so a missing, repeated, misplaced or
 * changed message is seen however the server cuts its writes, and most bytes cost no more than a
 * comparison of memory.
 */
import { shown } from "../../lib/loads/check.js";
import type { Wire } from "../wire.js";

export interface TallyOptions extends Wire {
  readonly readers: number;
  /** The first message is a turn of its own, number 0; after it all turns have this many. */
  readonly perTurn: number;
  /** Called with every turn once all readers have all of it. */
  readonly onTurn?: (turn: number) => void;
}

/** Turns that may be open at once: a power of two, far above any window. */
const ring = 1024;

export class Tally {
  readonly readers: number;
  /** The last turn that all readers have, or -1. */
  turn = -1;
  private readonly prelude: Buffer;
  /** Twice, so that what follows any position in the first half is in one piece. */
  private readonly cycle: Buffer;
  private readonly cycleBytes: number;
  private readonly messageBytes: number;
  private readonly turnBytes: number;
  private readonly onTurn: (turn: number) => void;
  /** Bytes of messages each reader has received; negative within the prelude. */
  private readonly positions: Float64Array;
  /** Readers that have an open turn, by the turn's number modulo `ring`. */
  private readonly arrived = new Uint32Array(ring);
  private failure: Error | undefined;
  private reject: (failure: Error) => void = () => {};
  private readonly failing: Promise<never>;
  private awaited = { turn: Number.POSITIVE_INFINITY, resolve: () => {} };

  constructor({ messages, prelude = new Uint8Array(), readers, perTurn, onTurn }: TallyOptions) {
    const once = Buffer.concat(messages);
    this.readers = readers;
    this.prelude = Buffer.from(prelude);
    this.cycle = Buffer.concat([once, once]);
    this.cycleBytes = once.length;
    this.messageBytes = once.length / messages.length;
    if (messages.some(({ length }) => length !== this.messageBytes)) {
      throw new Error("messages must be of one length");
    }
    this.turnBytes = this.messageBytes * perTurn;
    this.onTurn = onTurn ?? (() => {});
    this.positions = new Float64Array(readers).fill(-prelude.length);
    this.failing = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Whoever waits hears of it; perhaps nobody does just then.
    this.failing.catch(() => {});
  }

  /** The next bytes of one reader's messages. */
  take(reader: number, bytes: Buffer, start: number, end: number): void {
    const before = this.positions[reader] as number;
    let position = before;
    for (let at = start; at < end; ) {
      const inPrelude = position < 0;
      const expected = inPrelude ? this.prelude : this.cycle;
      const from = inPrelude ? expected.length + position : position % this.cycleBytes;
      const length = Math.min(end - at, inPrelude ? -position : this.cycleBytes);
      if (bytes.compare(expected, from, from + length, at, at + length) !== 0) {
        const [actual, right] = [
          bytes.subarray(at, at + length),
          expected.subarray(from, from + length),
        ];
        this.fail(
          `wrong delivery to subscriber ${reader} at byte ${position}: ` +
            `${shown(actual)} instead of ${shown(right)}`,
        );
        return;
      }
      at += length;
      position += length;
    }
    this.positions[reader] = position;
    this.pass(this.turnAt(before), this.turnAt(position));
  }

  /** Ends the round, now or when somebody next waits for anything. */
  fail(message: string): void {
    this.failure ??= new Error(message);
    this.reject(this.failure);
  }

  /** Throws what has gone wrong so far. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Whatever `wait` comes to, unless a delivery goes wrong first. */
  unlessFailing<T>(wait: Promise<T>): Promise<T> {
    return Promise.race([this.failing, wait]);
  }

  /** Waits until all readers have all turns up to this one. */
  async reached(turn: number, withinSeconds: number): Promise<void> {
    if (turn <= this.turn) return this.check();
    const reached = new Promise<void>((resolve) => {
      this.awaited = { turn, resolve };
    });
    const giveUp = setTimeout(() => this.fail(this.missing(turn)), withinSeconds * 1000);
    await this.unlessFailing(reached).finally(() => clearTimeout(giveUp));
  }

  /** Every reader must have exactly the turns up to this one, and not a byte more. */
  exactly(turn: number): void {
    this.check();
    const expected = this.endOf(turn);
    const odd = this.positions.findIndex((position) => position !== expected);
    if (odd < 0) return;
    throw new Error(`subscriber ${odd} has ${this.positions[odd]} bytes instead of ${expected}`);
  }

  /** Bytes of messages that one reader has received. */
  received(reader: number): number {
    return this.positions[reader] as number;
  }

  private endOf(turn: number): number {
    return this.messageBytes + turn * this.turnBytes;
  }

  /** The last turn that is complete at a position. */
  private turnAt(position: number): number {
    return Math.floor((position - this.messageBytes) / this.turnBytes);
  }

  /** A reader has everything after turn `before` up to and including turn `now`. */
  private pass(before: number, now: number): void {
    if (now - this.turn > ring) {
      this.fail(`turn ${now} was delivered while ${this.turn + 1} was not`);
      return;
    }
    for (let turn = Math.max(before + 1, 0); turn <= now; turn++) {
      const slot = turn % ring;
      const arrived = (this.arrived[slot] as number) + 1;
      this.arrived[slot] = arrived === this.readers ? 0 : arrived;
      if (arrived === this.readers) this.complete(turn);
    }
  }

  private complete(turn: number): void {
    this.turn = turn;
    this.onTurn(turn);
    if (turn >= this.awaited.turn) this.awaited.resolve();
  }

  private missing(turn: number): string {
    const expected = this.endOf(turn);
    const behind = this.positions.filter((position) => position < expected);
    return (
      `missing deliveries: ${behind.length} of ${this.readers} subscribers have less than ` +
      `${expected} bytes, the last of them ${Math.min(...behind)}`
    );
  }
}

/**
 * Checks what subscribers receive. Each one's messages, taken as one stream of bytes, must be what
 * the script says, so a missing, repeated, misplaced or changed message is seen.
 */
import type { Script } from "./script.js";

export interface TallyOptions {
  readonly script: Script;
  readonly readers: number;
  /** Called with every turn once all readers have all of it. */
  readonly onTurn?: (turn: number) => void;
}

/** Turns that may be open at once: a power of two, far above any window. */
const ring = 1024;

export class Tally {
  readonly readers: number;
  /** The last turn that all readers have, or -1. */
  turn = -1;
  private readonly script: Script;
  private readonly onTurn: (turn: number) => void;
  /** Where each reader is in the script. */
  private readonly positions: Float64Array;
  /** The last turn that each reader has, or -1. */
  private readonly turns: Int32Array;
  /** Readers that have an open turn, by the turn's number modulo `ring`. */
  private readonly arrived = new Uint32Array(ring);
  private failure: Error | undefined;
  private reject: (failure: Error) => void = () => {};
  private readonly failing: Promise<never>;
  private awaited = { turn: Number.POSITIVE_INFINITY, resolve: () => {} };

  constructor({ script, readers, onTurn }: TallyOptions) {
    this.readers = readers;
    this.script = script;
    this.onTurn = onTurn ?? (() => {});
    this.positions = new Float64Array(readers).fill(script.start);
    this.turns = new Int32Array(readers).fill(-1);
    this.failing = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Whoever waits hears of it; perhaps nobody does just then.
    this.failing.catch(() => {});
  }

  /** The next bytes of one reader's messages. */
  take(reader: number, bytes: Buffer, start: number, end: number): void {
    const position = this.positions[reader] as number;
    const wrong = this.script.check(position, bytes, start, end);
    if (wrong !== undefined) {
      this.fail(`wrong delivery to subscriber ${reader}: ${wrong}`);
      return;
    }
    this.positions[reader] = position + end - start;
    const before = this.turns[reader] as number;
    const now = this.script.turnAt(position + end - start, before);
    this.turns[reader] = now;
    this.pass(before, now);
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
    const expected = this.script.endOf(turn);
    const odd = this.positions.findIndex((position) => position !== expected);
    if (odd < 0) return;
    throw new Error(`subscriber ${odd} has ${this.positions[odd]} bytes instead of ${expected}`);
  }

  /** Bytes of messages that one reader has received. */
  received(reader: number): number {
    return this.positions[reader] as number;
  }

  /** A reader has everything after turn `before` up to and including turn `now`. */
  private pass(before: number, now: number): void {
    if (now - this.turn > ring) {
      this.fail(`turn ${now} was delivered while ${this.turn + 1} was not`);
      return;
    }
    for (let turn = before + 1; turn <= now; turn++) {
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
    const behind = this.turns.filter((reached) => reached < turn);
    return (
      `missing deliveries: ${behind.length} of ${this.readers} subscribers do not have turn ` +
      `${turn}, the last of them has ${Math.min(...behind)}`
    );
  }
}

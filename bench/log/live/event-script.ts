/**
 * What subscribers must receive cannot be known beforehand: ids and times are in it. Whoever is ahead
 * is therefore read, event by event; all others must receive the very same bytes.
 */
import { envelope } from "../../lib/fan-out/envelope.js";
import type { Script } from "../../lib/fan-out/script.js";
import { shown } from "../../lib/loads/check.js";
import { type Id, readSubscribed, type SubscriptionReader } from "../rpc/messages.js";

export interface EventScriptOptions {
  /** The subscription begins now: it is greeted with "caught up", which is turn 0. */
  readonly isLive: boolean;
  /** Events of one turn; by default 1. */
  readonly perTurn?: number;
  /** Throws unless it is the payload of this event, counted from 0. */
  readonly checkPayload: (number: number, payload: Buffer) => void;
}

/** Bytes that are kept for those behind, and turns whose ends are known: powers of two. */
const keptBytes = 2 ** 22;
const keptTurns = 2 ** 12;

const prefixBytes = envelope(new Uint8Array()).length;

export class EventScript implements Script, SubscriptionReader {
  readonly start = 0;
  /** Events read. */
  events = 0;
  isCaughtUp = false;
  private readonly perTurn: number;
  /** The last bytes, from the position `end` back, each at its position modulo the size. */
  private readonly kept = Buffer.alloc(keptBytes);
  private end = 0;
  /** Where turns end, by their numbers modulo the size. */
  private readonly ends = new Float64Array(keptTurns);
  private turn = -1;
  /** The beginning of a message whose rest has not come. */
  private rest: Buffer = Buffer.alloc(0);
  /** Where the message that is being read ends. */
  private messageEnd = 0;
  private session: number | undefined;

  constructor(private readonly options: EventScriptOptions) {
    this.perTurn = options.perTurn ?? 1;
  }

  check(position: number, bytes: Buffer, start: number, end: number): string | undefined {
    if (this.end - position > keptBytes) return "it is too far behind to be checked";
    const known = Math.min(end - start, this.end - position);
    if (!this.isSame(position, bytes, start, start + known)) {
      return `${shown(bytes.subarray(start, start + known))} at byte ${position} differs from others'`;
    }
    if (start + known === end) return undefined;
    try {
      this.learn(bytes.subarray(start + known, end));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  turnAt(position: number, known: number): number {
    let turn = known;
    while (turn < this.turn && this.endOf(turn + 1) <= position) turn++;
    return turn;
  }

  endOf(turn: number): number {
    return this.ends[turn % keptTurns] as number;
  }

  event({ session, instance }: Id, payload: Buffer): void {
    const { isLive, checkPayload } = this.options;
    if (isLive && !this.isCaughtUp) throw new Error("an event before the greeting");
    const expected = (this.session ?? session - 1) + 1;
    if (session !== expected || instance !== 1) {
      throw new Error(`event ${session}/${instance} instead of ${expected}/1`);
    }
    this.session = session;
    checkPayload(this.events++, payload);
    if (this.events % this.perTurn === 0) this.endTurn();
  }

  caughtUp(): void {
    if (this.isCaughtUp) throw new Error("caught up twice");
    this.isCaughtUp = true;
    if (this.options.isLive) this.endTurn();
  }

  private endTurn(): void {
    this.ends[++this.turn % keptTurns] = this.messageEnd;
  }

  private isSame(position: number, bytes: Buffer, start: number, end: number): boolean {
    for (let at = start, from = position % keptBytes; at < end; from = 0) {
      const length = Math.min(end - at, keptBytes - from);
      if (bytes.compare(this.kept, from, from + length, at, at + length) !== 0) return false;
      at += length;
    }
    return true;
  }

  private learn(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const to = (this.end + at) % keptBytes;
      at += bytes.copy(this.kept, to, at, at + keptBytes - to);
    }
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    const begin = this.end - this.rest.length;
    this.end += bytes.length;
    let at = 0;
    while (all.length - at >= prefixBytes) {
      const end = at + prefixBytes + all.readUInt32BE(at + 1);
      if (end > all.length) break;
      if (all[at] !== 0) throw new Error(`the subscription ended: ${shown(all.subarray(at, end))}`);
      this.messageEnd = begin + end;
      readSubscribed(all, at + prefixBytes, end, this);
      at = end;
    }
    // Copied, because the next read overwrites it.
    this.rest = Buffer.from(all.subarray(at));
  }
}

import { shown } from "../loads/check.js";
import type { Script } from "./script.js";

/** A stream of messages: an optional beginning, then the cycle of all messages again and again. */
export interface Wire {
  readonly prelude?: Uint8Array;
  /** All of one length. */
  readonly messages: readonly Uint8Array[];
}

/**
 * The prelude and then the cycle of all messages, without end: so a missing, repeated, misplaced or
 * changed message is seen however the server cuts its writes, and most bytes cost no more than a
 * comparison of memory. Positions are negative within the prelude.
 */
export class Cycle implements Script {
  readonly start: number;
  private readonly prelude: Buffer;
  /** Twice, so that what follows any position in the first half is in one piece. */
  private readonly cycle: Buffer;
  private readonly cycleBytes: number;
  private readonly messageBytes: number;
  private readonly turnBytes: number;

  /** @param perTurn the first message is a turn of its own, number 0; all others have this many. */
  constructor({ messages, prelude = new Uint8Array() }: Wire, perTurn: number) {
    const once = Buffer.concat(messages);
    this.start = -prelude.length;
    this.prelude = Buffer.from(prelude);
    this.cycle = Buffer.concat([once, once]);
    this.cycleBytes = once.length;
    this.messageBytes = once.length / messages.length;
    if (messages.some(({ length }) => length !== this.messageBytes)) {
      throw new Error("messages must be of one length");
    }
    this.turnBytes = this.messageBytes * perTurn;
  }

  check(position: number, bytes: Buffer, start: number, end: number): string | undefined {
    for (let at = start, now = position; at < end; ) {
      const inPrelude = now < 0;
      const expected = inPrelude ? this.prelude : this.cycle;
      const from = inPrelude ? expected.length + now : now % this.cycleBytes;
      const length = Math.min(end - at, inPrelude ? -now : this.cycleBytes);
      if (bytes.compare(expected, from, from + length, at, at + length) !== 0) {
        const [actual, right] = [
          bytes.subarray(at, at + length),
          expected.subarray(from, from + length),
        ];
        return `${shown(actual)} instead of ${shown(right)} at byte ${now}`;
      }
      at += length;
      now += length;
    }
    return undefined;
  }

  turnAt(position: number): number {
    return Math.max(-1, Math.floor((position - this.messageBytes) / this.turnBytes));
  }

  endOf(turn: number): number {
    return this.messageBytes + turn * this.turnBytes;
  }
}

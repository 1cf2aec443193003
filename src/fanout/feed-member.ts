import type { Encoding } from "./batch.js";
import type { BroadcastMember, Outlet } from "./broadcast.js";
import type { Clock } from "./clock.js";
import type { Channel, Feed } from "./feed.js";
import { IdleTimer } from "./idle-timer.js";
import type { Multicast } from "./multicast.js";
import type { Seat, SeatOwner } from "./seat.js";

/** What is written at once to somebody who is behind, about. */
const maxWriteBytes = 65_536;

export interface FeedMemberOptions<T, P> {
  readonly encoding: Encoding<T>;
  readonly clock: Clock;
  /** The multicast of a channel, for those who are written what this one is. */
  readonly multicastOf: (channel: Channel<T, P>) => Multicast<T, P>;
}

/** Items as they are written, and why there are no more of them if that is a failure. */
interface Piece {
  readonly parts: readonly Uint8Array[];
  readonly failure?: unknown;
}

/** Gives a feed to an outlet: what it lacks alone, then what comes with the others. */
export class FeedMember<T, P> implements BroadcastMember, SeatOwner<P> {
  private seat: Seat<T, P> | undefined;
  /** Resolves what waits for the transport to drain. */
  private wake: (() => void) | undefined;
  private over = false;
  private readonly idle: IdleTimer;

  constructor(
    private readonly feed: Feed<T, P>,
    private readonly outlet: Outlet,
    private readonly options: FeedMemberOptions<T, P>,
  ) {
    this.idle = new IdleTimer(options.clock, feed.heartbeatMs, () => this.beat());
    void this.catchUp();
  }

  get keepsAll(): boolean {
    return this.feed.keepsAll;
  }

  drained(): void {
    if (this.seat !== undefined) this.seat.drained();
    else this.wake?.();
  }

  flush(): void {
    this.seat?.flush();
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.idle.stop();
    this.seat?.leave();
    this.feed.close();
    this.wake?.();
  }

  write(bytes: Uint8Array): boolean {
    return this.outlet.write(bytes);
  }

  fellBehind(place: P): void {
    this.seat = undefined;
    this.feed.moveTo(place);
    const drained = this.drain();
    void drained.then(() => this.catchUp());
  }

  end(error: unknown): void {
    if (this.over) return;
    this.flush();
    this.close();
    this.outlet.end(error);
  }

  private async catchUp(): Promise<void> {
    const { feed } = this;
    if (this.over) return;
    this.idle.start();
    try {
      do {
        for await (const items of feed.behind()) {
          await this.give(items);
          if (this.over) return;
        }
        // A piece may have been nothing to be given.
        if (this.over) return;
      } while (!feed.isLevel);
      this.seat = this.options.multicastOf(feed.channel).join(this);
    } catch (error) {
      this.end(error);
    }
    this.idle.stop();
  }

  private async give(items: readonly T[]): Promise<void> {
    for (let at = 0; at < items.length && !this.over; ) {
      const piece = this.piece(items, at);
      at += piece.parts.length;
      const isTaken = piece.parts.length === 0 || this.put(piece.parts);
      // What comes before an item that cannot be sent is given.
      if ("failure" in piece) throw piece.failure;
      if (!isTaken) await this.drain();
    }
  }

  /** The items from one on, encoded, as many as are written at once, or as can be encoded. */
  private piece(items: readonly T[], from: number): Piece {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    try {
      for (let at = from; at < items.length && bytes < maxWriteBytes; at++) {
        const part = this.options.encoding.encode(items[at]!);
        parts.push(part);
        bytes += part.byteLength;
      }
    } catch (failure) {
      return { parts, failure };
    }
    return { parts };
  }

  private put(parts: readonly Uint8Array[]): boolean {
    this.idle.touch();
    return this.outlet.write(this.options.encoding.join(parts));
  }

  /** Waits until more can be written, or nothing is to be written any more. */
  private drain(): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = undefined;
        resolve();
      };
    });
  }

  private beat(): void {
    // Who does not read what there is has no need of it.
    if (this.wake !== undefined || this.over) return;
    const { parts, ...rest } = this.piece([this.feed.heartbeat()], 0);
    if ("failure" in rest) this.end(rest.failure);
    else this.put(parts);
  }
}

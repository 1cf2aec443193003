import type { Encoding } from "./batch.js";
import type { Clock } from "./clock.js";
import { Deque } from "./deque.js";
import type { Channel, ChannelListener } from "./feed.js";
import type { Flushable, FlushRounds } from "./flush-rounds.js";
import { IdleTimer } from "./idle-timer.js";
import { Roster } from "./roster.js";
import { Seat, type SeatOwner } from "./seat.js";

/** What is gathered within one turn, at most, before it is written. */
const maxGatheredBytes = 262_144;
/** What is kept for those who lag behind, at most. */
const maxKeptBytes = 1_048_576;

/** What was written at once, and the place of the channel behind it. */
export interface Chunk<P> {
  readonly bytes: Uint8Array;
  readonly place: P;
}

/** What all multicasts of a server share. */
export interface MulticastRounds {
  readonly rounds: FlushRounds;
  readonly clock: Clock;
}

/**
 * Gives all who are level with a channel the same bytes. Each item is encoded once, what comes
 * within one turn of the event loop is joined once, and an item costs nothing for each of them: a
 * member is a number in a row of chunks.
 *
 * Who is back-pressured goes on where it was as soon as it can, with the bytes that the others were
 * written. Who is too far behind, or does not want what is old, leaves.
 */
export class Multicast<T, P> implements ChannelListener<T>, Flushable {
  private readonly roster = new Roster<Seat<T, P>>();
  /** Those that have not been written to everybody. */
  private readonly chunks = new Deque<Chunk<P>>();
  private keptBytes = 0;
  /** The number of the next chunk. */
  private next = 0;
  /** Members that are back-pressured. */
  private lagging = 0;
  private parts: Uint8Array[] = [];
  private gatheredBytes = 0;
  private isDue = false;
  private readonly stopListening: () => void;
  private readonly idle: IdleTimer;
  private readonly rounds: FlushRounds;

  /** @param onEmpty called when the last member has left: it is not to be joined any more. */
  constructor(
    private readonly channel: Channel<T, P>,
    private readonly encoding: Encoding<T>,
    { rounds, clock }: MulticastRounds,
    private readonly onEmpty: () => void,
  ) {
    this.rounds = rounds;
    this.idle = new IdleTimer(clock, channel.heartbeatMs, () => this.item(channel.heartbeat()));
    this.idle.start();
    this.stopListening = channel.listen(this);
  }

  /** Adds somebody who is level with the channel and not back-pressured. */
  join(owner: SeatOwner<P>): Seat<T, P> {
    // What has been gathered so far it has been given already.
    const seat = new Seat(this, owner, this.next, this.parts.length);
    this.roster.add(seat);
    return seat;
  }

  item(item: T): void {
    let bytes: Uint8Array;
    try {
      bytes = this.encoding.encode(item);
    } catch (error) {
      // Nobody here can be given it.
      this.end(error);
      return;
    }
    this.parts.push(bytes);
    this.gatheredBytes += bytes.byteLength;
    this.idle.touch();
    if (this.gatheredBytes >= maxGatheredBytes) {
      this.flush();
    } else if (!this.isDue) {
      this.isDue = true;
      this.rounds.add(this);
    }
  }

  end(error: unknown): void {
    this.flush();
    this.visit((seat) => seat.owner.end(error));
  }

  flush(): void {
    this.isDue = false;
    const { parts } = this;
    if (parts.length === 0 || this.roster.size === 0) return;
    this.parts = [];
    this.gatheredBytes = 0;
    const chunk: Chunk<P> = { bytes: this.encoding.join(parts), place: this.channel.place };
    this.chunks.push(chunk);
    this.keptBytes += chunk.bytes.byteLength;
    this.next++;
    this.visit((seat) => {
      if (seat.isPressed) return;
      const { skips } = seat;
      seat.skips = 0;
      if (skips === 0) seat.take(chunk);
      else if (skips < parts.length) {
        seat.take({ bytes: this.encoding.join(parts.slice(skips)), place: chunk.place });
      } else seat.at++;
    });
    this.trim();
  }

  /** Items that have been gathered and not been written yet. */
  get gathered(): number {
    return this.parts.length;
  }

  /** The bytes of those, from one on. */
  gatheredFrom(first: number): Uint8Array {
    return this.encoding.join(this.parts.slice(first));
  }

  /** The chunk of a number; `undefined` if there is none yet. */
  chunk(number: number): Chunk<P> | undefined {
    return this.chunks.at(number - (this.next - this.chunks.length));
  }

  pressed(seat: Seat<T, P>): void {
    if (seat.owner.keepsAll) this.lagging++;
    else this.drop(seat);
  }

  released(): void {
    this.lagging--;
    if (this.lagging === 0) this.trim();
  }

  left(seat: Seat<T, P>): void {
    if (seat.isPressed && seat.owner.keepsAll) this.lagging--;
    this.roster.remove(seat);
    if (this.roster.size > 0) return;
    this.idle.stop();
    this.stopListening();
    this.onEmpty();
  }

  /** Forgets chunks that nobody lacks, or that are too many; who lacks those has to leave. */
  private trim(): void {
    if (this.lagging === 0) {
      this.chunks.clear();
      this.keptBytes = 0;
      return;
    }
    if (this.keptBytes <= maxKeptBytes) return;
    while (this.keptBytes > maxKeptBytes) this.keptBytes -= this.chunks.shift()!.bytes.byteLength;
    const oldest = this.next - this.chunks.length;
    this.visit((seat) => {
      if (seat.at < oldest) this.drop(seat);
    });
  }

  private drop(seat: Seat<T, P>): void {
    const { owner, place } = seat;
    seat.leave();
    owner.fellBehind(place!);
  }

  private visit(callback: (seat: Seat<T, P>) => void): void {
    const seats = this.roster.beginWalk();
    const count = seats.length;
    for (let i = 0; i < count; i++) {
      const seat = seats[i]!;
      if (!seat.closed) callback(seat);
    }
    this.roster.endWalk();
  }
}

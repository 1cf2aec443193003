import type { Chunk, Multicast } from "./multicast.js";
import type { RosterMember } from "./roster.js";

/** Whoever takes a seat in a multicast. */
export interface SeatOwner<P> {
  readonly keepsAll: boolean;
  /** Takes the bytes, always; `false` says that the transport is back-pressured from now on. */
  write(bytes: Uint8Array): boolean;
  /** It has lost its seat, back-pressured, and has been given everything up to a place. */
  fellBehind(place: P): void;
  /** The channel has ended. */
  end(error: unknown): void;
}

/** One member of a multicast. */
export class Seat<T, P> implements RosterMember {
  index = -1;
  closed = false;
  isPressed = false;
  /** While it is back-pressured: behind what it has been given. */
  place: P | undefined;

  constructor(
    private readonly multicast: Multicast<T, P>,
    readonly owner: SeatOwner<P>,
    /** The chunk that it is given next. */
    public at: number,
    /** Items at the beginning of that chunk that it has been given already. */
    public skips: number,
  ) {}

  /** Writes the chunk which is next. */
  take({ bytes, place }: Chunk<P>): void {
    this.at++;
    if (this.owner.write(bytes) || this.closed || this.isPressed) return;
    this.isPressed = true;
    this.place = place;
    this.multicast.pressed(this);
  }

  /** The transport has drained. */
  drained(): void {
    if (!this.isPressed || this.closed) return;
    for (;;) {
      const chunk = this.multicast.chunk(this.at);
      if (chunk === undefined) break;
      this.at++;
      this.place = chunk.place;
      if (!this.owner.write(chunk.bytes) || this.closed) return;
    }
    this.isPressed = false;
    this.place = undefined;
    this.multicast.released();
  }

  /** Writes at once what it would be written at the end of the turn. */
  flush(): void {
    const { multicast, skips } = this;
    if (this.isPressed || this.closed || skips >= multicast.gathered) return;
    this.skips = multicast.gathered;
    this.owner.write(multicast.gatheredFrom(skips));
  }

  leave(): void {
    if (this.closed) return;
    this.closed = true;
    this.multicast.left(this);
  }
}

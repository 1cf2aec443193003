import { Batch, type Encoding } from "./batch.js";
import type { Clock } from "./clock.js";
import { Pace } from "./pace.js";
import type { Sink, Subscribable, Subscription } from "./sink.js";
import type { TurnMember } from "./turn.js";

/** Where the bytes of one subscriber go. */
export interface Outlet {
  /** Takes the bytes, always; `false` says that the transport is back-pressured from now on. */
  write(bytes: Uint8Array): boolean;
  /** The topic has ended the subscription: with an error, or normally. */
  end(error?: unknown): void;
}

/** One subscriber of a broadcast. */
export interface BroadcastMember {
  /** The transport has drained. */
  drained(): void;
  /** Writes at once what it was given in this turn, so that it can be ended. */
  flush(): void;
  /** Leaves; nothing is written any more. */
  close(): void;
}

/** A subscriber that has been handed this much within a turn counts as back-pressured. */
const maxBurstItems = 1_024;
const maxBurstBytes = 1_048_576;

/**
 * Gives all subscribers the same bytes. Each item is encoded once, and what is published within
 * one turn of the event loop is joined once, and written to each subscriber with one call.
 *
 * Where that takes long, because there are so many, the next time waits: see `Pace`.
 *
 * Only those who do not take part in step, because they have just come or were back-pressured, get
 * bytes of their own, until the end of the turn.
 */
export class Broadcast<T> implements TurnMember {
  /** Of this turn. */
  batch: Batch<T>;
  /** Those who have something to be written. */
  private busy: Member<T>[] = [];
  private spare: Member<T>[] = [];
  private members = 0;
  private readonly pace: Pace | undefined;

  /** With a clock, writing to everybody takes no more than half of the time; see `Pace`. */
  constructor(
    private readonly topic: Subscribable<T>,
    readonly encoding: Encoding<T>,
    /** Called whenever the last subscriber has left. */
    private readonly onEmpty: () => void = () => {},
    clock?: Clock,
  ) {
    this.batch = new Batch(encoding);
    this.pace = clock && new Pace(clock);
  }

  /** @throws what `topic.subscribe()` throws. */
  subscribe(outlet: Outlet): BroadcastMember {
    const member = new Member(this, outlet);
    this.members++;
    try {
      member.join(this.topic);
    } catch (error) {
      this.left();
      throw error;
    }
    return member;
  }

  /** Has `member.flush()` called at the end of the turn, or soon after it. */
  schedule(member: Member<T>): void {
    if (this.busy.length === 0) this.topic.turn.atEnd(this);
    this.busy.push(member);
  }

  turnEnded(): void {
    if (this.pace === undefined) this.flush();
    else this.pace.run(this.flush);
  }

  private readonly flush = (): void => {
    const { busy } = this;
    // What a flush sets free to be published belongs to the next turn.
    this.busy = this.spare;
    this.batch = new Batch(this.encoding);
    for (const member of busy) member.flush();
    busy.length = 0;
    this.spare = busy;
  };

  left(): void {
    this.members--;
    if (this.members === 0) this.onEmpty();
  }
}

class Member<T> implements Sink<T>, BroadcastMember {
  private subscription: Subscription | undefined;
  /** The turn whose items it has been given: from one index on, up to and without another. */
  private batch: Batch<T>;
  private from = 0;
  private to = 0;
  /** Instead, when they are not in step with everybody's. */
  private own: Uint8Array[] | undefined;
  private items = 0;
  private bytes = 0;
  private over = false;

  constructor(
    private readonly broadcast: Broadcast<T>,
    private readonly outlet: Outlet,
  ) {
    this.batch = broadcast.batch;
  }

  join(topic: Subscribable<T>): void {
    this.subscription = topic.subscribe(this);
    if (this.over) this.subscription.close();
  }

  write(item: T, live: boolean): boolean {
    const isFirst = this.items === 0;
    if (live) this.takeFromBatch(item, isFirst);
    else this.takeAlone(this.broadcast.encoding.encode(item), isFirst);
    this.items++;
    if (isFirst) this.broadcast.schedule(this);
    return this.items < maxBurstItems && this.bytes < maxBurstBytes;
  }

  flush(): void {
    if (this.over || this.items === 0) return;
    if (this.outlet.write(this.take())) this.subscription?.resume();
    else this.subscription?.pause();
  }

  end(error?: unknown): void {
    if (this.over) return;
    if (this.items > 0) this.outlet.write(this.take());
    // It may have left from within the write.
    if (this.over) return;
    this.leave();
    this.outlet.end(error);
  }

  drained(): void {
    // What is still to be flushed comes before what is queued.
    if (this.items === 0) this.subscription?.resume();
  }

  close(): void {
    if (this.over) return;
    this.leave();
    this.subscription?.close();
  }

  private takeFromBatch(item: T, isFirst: boolean): void {
    const { batch } = this.broadcast;
    const index = batch.add(item);
    const bytes = batch.at(index);
    if (isFirst) {
      this.batch = batch;
      this.from = index;
    } else if (this.own !== undefined || this.batch !== batch || this.to !== index) {
      // It missed some of what the others were given, or the turn ends at this moment.
      this.takeAlone(bytes, false);
      return;
    }
    this.to = index + 1;
    this.bytes += bytes.byteLength;
  }

  private takeAlone(bytes: Uint8Array, isFirst: boolean): void {
    this.own ??= isFirst ? [] : this.batch.slice(this.from, this.to);
    this.own.push(bytes);
    this.bytes += bytes.byteLength;
  }

  private take(): Uint8Array {
    const { own } = this;
    this.own = undefined;
    this.items = 0;
    this.bytes = 0;
    return own === undefined
      ? this.batch.joined(this.from, this.to)
      : this.broadcast.encoding.join(own);
  }

  private leave(): void {
    this.over = true;
    this.broadcast.left();
  }
}

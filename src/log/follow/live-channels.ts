import type { CommittedSession } from "../index/tail.js";
import type { EventId } from "../model/event.js";
import { EventTypeCollection } from "../model/event-type-collection.js";
import type { StoredEvent } from "../stored-event.js";
import type { Wanted } from "./check-follow.js";
import { LiveChannel } from "./live-channel.js";
import type { Place } from "./place.js";
import type { SessionBatch } from "./subscribe-request.js";

/** Makes what is given to those who follow. */
export interface FeedItems<T> {
  batch(batch: SessionBatch): T;
  caughtUp(wanted: Wanted, place: Place): T;
  /** Nothing happens; `place` is `undefined` before there is any. */
  heartbeat(wanted: Wanted, place: Place | undefined): T;
}

/** Types whose channels are remembered. */
const maxKnownTypes = 4_096;

/**
 * Hands what becomes durable to those who wait for it: one channel for all who want the same. What
 * an event costs depends on the channels that it goes to, not on how many there are.
 */
export class LiveChannels<T> {
  readonly #byKey = new Map<string, LiveChannel<T>>();
  readonly #bySubscription = new EventTypeCollection<LiveChannel<T>>();
  readonly #byStream = new Map<string, Set<LiveChannel<T>>>();
  /** By the number of the type: what the collection finds. */
  readonly #byType = new Map<number, readonly LiveChannel<T>[]>();
  #position: number;
  #last: EventId;

  /** @param isVisible whether an event is to be seen at all. */
  constructor(
    readonly items: FeedItems<T>,
    private readonly isVisible: (event: StoredEvent) => boolean,
    { position, last }: Pick<Place, "position" | "last">,
  ) {
    this.#position = position;
    this.#last = last;
  }

  get position(): number {
    return this.#position;
  }

  /** The last event up to the position. */
  get last(): EventId {
    return this.#last;
  }

  /** The channel of what is wanted, the one that has listeners if there is one. */
  of(wanted: Wanted, heartbeatMs: number): LiveChannel<T> {
    const { subscription, streamKey, server } = wanted;
    const key = JSON.stringify([streamKey ?? null, server ?? null, heartbeatMs]) + subscription.key;
    return this.#byKey.get(key) ?? new LiveChannel(this, key, wanted, heartbeatMs);
  }

  /** The channel has listeners from now on. */
  add(channel: LiveChannel<T>): void {
    const { subscription, streamKey } = channel.wanted;
    this.#byKey.set(channel.key, channel);
    this.#byType.clear();
    if (streamKey === undefined) {
      this.#bySubscription.add(subscription, channel);
      return;
    }
    const others = this.#byStream.get(streamKey);
    if (others === undefined) this.#byStream.set(streamKey, new Set([channel]));
    else others.add(channel);
  }

  /** The channel has no listeners any more. */
  remove(channel: LiveChannel<T>): void {
    const { streamKey } = channel.wanted;
    if (this.#byKey.get(channel.key) === channel) this.#byKey.delete(channel.key);
    this.#byType.clear();
    this.#bySubscription.remove(channel);
    if (streamKey === undefined) return;
    const others = this.#byStream.get(streamKey);
    others?.delete(channel);
    if (others?.size === 0) this.#byStream.delete(streamKey);
  }

  give(sessions: readonly CommittedSession[]): void {
    for (const { position, events } of sessions) {
      this.#position = position;
      this.#last = events.at(-1)!.id;
      if (this.#byKey.size > 0) this.#give(events);
    }
  }

  end(error: unknown): void {
    for (const channel of [...this.#byKey.values()]) channel.end(error);
  }

  #give(events: readonly StoredEvent[]): void {
    const selections = new Map<LiveChannel<T>, StoredEvent[]>();
    for (const event of events) {
      if (!this.isVisible(event)) continue;
      for (const channel of this.#ofType(event)) select(selections, channel, event);
      if (event.stream === undefined) continue;
      const ofStream = this.#byStream.get(event.stream.key);
      if (ofStream !== undefined)
        for (const channel of ofStream) select(selections, channel, event);
    }
    // Most want all of a session: they are given the same.
    let whole: T | undefined;
    for (const [channel, selected] of selections) {
      const isAll = selected.length === events.length;
      const item = (isAll ? whole : undefined) ?? this.items.batch({ events: selected });
      if (isAll) whole = item;
      channel.give(item, selected.at(-1)!);
    }
  }

  #ofType({ type, typeNumber }: StoredEvent): readonly LiveChannel<T>[] {
    const known = this.#byType.get(typeNumber);
    if (known !== undefined) return known;
    const found = this.#bySubscription.get(type);
    if (this.#byType.size >= maxKnownTypes) this.#byType.clear();
    this.#byType.set(typeNumber, found);
    return found;
  }
}

function select<T>(
  selections: Map<LiveChannel<T>, StoredEvent[]>,
  channel: LiveChannel<T>,
  event: StoredEvent,
): void {
  if (!channel.takes(event)) return;
  const selected = selections.get(channel);
  if (selected === undefined) selections.set(channel, [event]);
  else selected.push(event);
}

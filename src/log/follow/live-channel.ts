import type { Channel, ChannelListener } from "../../fanout/feed.js";
import type { StoredEvent } from "../stored-event.js";
import type { Wanted } from "./check-follow.js";
import type { LiveChannels } from "./live-channels.js";
import type { Place } from "./place.js";

/** The events of a log that some are waiting for, from now on. */
export class LiveChannel<T> implements Channel<T, Place> {
  readonly #listeners = new Set<ChannelListener<T>>();
  #version = 0;

  constructor(
    private readonly channels: LiveChannels<T>,
    readonly key: string,
    readonly wanted: Wanted,
    readonly heartbeatMs: number,
  ) {}

  get place(): Place {
    const { position, last } = this.channels;
    return { position, last, version: this.#version };
  }

  heartbeat(): T {
    return this.channels.items.heartbeat(this.wanted, this.place);
  }

  listen(listener: ChannelListener<T>): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.channels.add(this);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) {
        this.channels.remove(this);
      }
    };
  }

  /** Somebody who comes has seen the stream up to this version. */
  reached(version: number): void {
    if (version > this.#version) this.#version = version;
  }

  /** Whether it is for this event, of which the type or the stream is right. */
  takes({ id }: StoredEvent): boolean {
    const { server } = this.wanted;
    return server === undefined || id.server === server;
  }

  give(item: T, { stream }: StoredEvent): void {
    if (this.wanted.streamKey !== undefined) this.#version = stream!.version;
    for (const listener of this.#listeners) listener.item(item);
  }

  end(error: unknown): void {
    for (const listener of this.#listeners) listener.end(error);
  }
}

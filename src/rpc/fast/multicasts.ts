import type { BroadcastMember, Outlet } from "../../fanout/broadcast.js";
import { systemClock } from "../../fanout/clock.js";
import type { Channel } from "../../fanout/feed.js";
import { FeedMember } from "../../fanout/feed-member.js";
import { FlushRounds } from "../../fanout/flush-rounds.js";
import { Multicast } from "../../fanout/multicast.js";
import type { MethodFeeds } from "../method-feeds.js";
import { StreamEncodings, type StreamKind, type StreamSerializers } from "./stream-encodings.js";
import type { Subscribers } from "./subscribers.js";

type AnyChannel = Channel<unknown, unknown>;
type AnyMulticast = Multicast<unknown, unknown>;

const clock = systemClock;

/** The multicasts of one `@feed()` method: one for each channel and kind that has subscribers. */
export class Multicasts implements Subscribers {
  readonly #feeds: MethodFeeds;
  readonly #encodings: StreamEncodings<unknown>;
  readonly #rounds = new FlushRounds(clock);
  readonly #live = new Map<AnyChannel, Map<string, AnyMulticast>>();

  constructor(feeds: MethodFeeds, serializers: StreamSerializers) {
    this.#feeds = feeds;
    this.#encodings = new StreamEncodings((item) => feeds.published(item), serializers);
  }

  subscribe(request: unknown, kind: StreamKind, outlet: Outlet): BroadcastMember {
    const encoding = this.#encodings.of(kind);
    return new FeedMember(this.#feeds.open(request), outlet, {
      encoding,
      clock,
      multicastOf: (channel) => this.#of(channel, kind),
    });
  }

  #of(channel: AnyChannel, kind: StreamKind): AnyMulticast {
    const name = this.#encodings.nameOf(kind);
    const known = this.#live.get(channel)?.get(name);
    if (known !== undefined) return known;
    const ofChannel = this.#live.get(channel) ?? new Map<string, AnyMulticast>();
    this.#live.set(channel, ofChannel);
    const rounds = { rounds: this.#rounds, clock };
    const multicast = new Multicast(channel, this.#encodings.of(kind), rounds, () => {
      ofChannel.delete(name);
      if (ofChannel.size === 0) this.#live.delete(channel);
    });
    ofChannel.set(name, multicast);
    return multicast;
  }
}

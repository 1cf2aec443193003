import { Broadcast, type BroadcastMember, type Outlet } from "../../fanout/broadcast.js";
import { systemClock } from "../../fanout/clock.js";
import type { Published } from "../published.js";
import type { StreamTopics } from "../stream-topics.js";
import { StreamEncodings, type StreamKind, type StreamSerializers } from "./stream-encodings.js";
import type { Subscribers } from "./subscribers.js";

/** The broadcasts of one `@stream()` method: one for each key and kind that has subscribers. */
export class Broadcasts implements Subscribers {
  readonly #topics: StreamTopics;
  readonly #encodings: StreamEncodings<Published>;
  readonly #live = new Map<string, Broadcast<Published>>();

  constructor(topics: StreamTopics, serializers: StreamSerializers) {
    this.#topics = topics;
    this.#encodings = new StreamEncodings((published) => published, serializers);
  }

  subscribe(request: unknown, kind: StreamKind, outlet: Outlet): BroadcastMember {
    return this.#of(this.#topics.keyOf(request), kind).subscribe(outlet);
  }

  #of(key: string, kind: StreamKind): Broadcast<Published> {
    const name = `${this.#encodings.nameOf(kind)} ${key}`;
    const known = this.#live.get(name);
    if (known !== undefined) return known;
    const broadcast = new Broadcast<Published>(
      this.#topics.topic(key),
      this.#encodings.of(kind),
      () => this.#live.delete(name),
      systemClock,
    );
    this.#live.set(name, broadcast);
    return broadcast;
  }
}

import type { Message } from "@bufbuild/protobuf";
import type { Feed } from "../fanout/feed.js";
import { feedIterable } from "../fanout/feed-iterable.js";
import { mapIterable } from "./map-iterable.js";
import type { MethodBinding } from "./method-impl.js";
import { Published } from "./published.js";

type Feeds = Record<string, (request: unknown) => Feed<unknown, unknown>>;

/** The feeds of one method of one instance. */
export class MethodFeeds {
  readonly #instance: object;
  readonly #property: string;
  readonly #binding: Pick<MethodBinding, "response">;
  #item: unknown;
  #published: Published | undefined;

  constructor(instance: object, property: string, binding: Pick<MethodBinding, "response">) {
    this.#instance = instance;
    this.#property = property;
    this.#binding = binding;
  }

  open(request: unknown): Feed<unknown, unknown> {
    return (this.#instance as Feeds)[this.#property]!(request);
  }

  /** An item as it is sent. The last one is remembered: the same is given to many. */
  published(item: unknown): Published {
    if (this.#published === undefined || this.#item !== item) {
      this.#published = new Published(this.#binding.response.toMessage(item));
      this.#item = item;
    }
    return this.#published;
  }

  /** What a caller gets, for a loop. */
  subscribe(request: unknown, signal: AbortSignal): AsyncIterable<Message> {
    return mapIterable(
      feedIterable(this.open(request), signal),
      (item) => this.published(item).message,
    );
  }
}

import type { Message } from "@bufbuild/protobuf";
import { compileBinary } from "../codec/binary.js";
import type { StreamFacts } from "../decorators/facts.js";
import { connectPublisher } from "../decorators/publishing.js";
import { isAsyncGenerator, type StreamSource } from "../decorators/stream.js";
import { SluiceError } from "../errors.js";
import { KeyedTopics } from "../fanout/keyed-topics.js";
import { sharedSource } from "../fanout/shared-source.js";
import type { Subscribable } from "../fanout/sink.js";
import { topicIterable } from "../fanout/stream.js";
import { Topic } from "../fanout/topic.js";
import type { TopicOptions } from "../fanout/topic-options.js";
import type { TopicStats } from "../fanout/topic-stats.js";
import type { ErrorListener } from "./errors.js";
import { mapIterable } from "./map-iterable.js";
import type { MethodBinding } from "./method-impl.js";
import { Published } from "./published.js";

/** Counters of a stream method: of its topic, or of the topics of all its keys together. */
export type StreamStats = TopicStats;

/**
 * The topics of one stream method of one instance: a single one, or one for each key. They carry
 * messages: a value is checked and converted once, when it is published.
 */
export class StreamTopics {
  /** `Class.method`, as in the counters. */
  readonly where: string;
  readonly #topics: Topics;
  readonly #disconnect: () => void;

  constructor(
    instance: object,
    facts: StreamFacts,
    binding: MethodBinding,
    onError: ErrorListener,
  ) {
    this.where = binding.where;
    const source = sourceOf(instance, facts, binding);
    const { key } = facts.options;
    const options = topicOptions(instance, facts, binding);
    this.#topics =
      key === undefined
        ? singleTopic(options, source)
        : keyedTopics(options, source, facts.options.maxKeys, checkedKey(key, this.where));
    const { desc, response } = binding;
    this.#disconnect = connectPublisher(instance, facts.property, async (value, [request]) => {
      try {
        await this.#of(request).publish(new Published(response.toMessage(value)));
      } catch (error) {
        onError(error, { service: desc.parent.typeName, method: desc.name });
        throw error;
      }
    });
  }

  /** What a subscriber gets: the replay, then everything published, until the signal aborts. */
  subscribe(request: unknown, signal: AbortSignal): AsyncIterable<Message> {
    return mapIterable(topicIterable(this.#of(request), { signal }), ({ message }) => message);
  }

  /** The key that a request belongs to. */
  keyOf(request: unknown): string {
    return this.#topics.keyOf(request);
  }

  /** What the subscribers of a key follow. */
  topic(key: string): Subscribable<Published> {
    return this.#topics.topic(key);
  }

  stats(): StreamStats {
    return this.#topics.stats();
  }

  /** Ends all subscribers. Publishing reaches nobody from now on, and is no error. */
  close(): void {
    this.#disconnect();
    this.#topics.close();
  }

  #of(request: unknown): AnyTopic {
    return this.#topics.topic(this.#topics.keyOf(request));
  }
}

type AnyTopic = Subscribable<Published> & { publish(item: Published): Promise<void> };

interface Topics {
  /** The key that a request, or the first argument of a publishing call, belongs to. */
  keyOf(request: unknown): string;
  topic(key: string): AnyTopic;
  stats(): StreamStats;
  close(): void;
}

type Source = (key: string, signal: AbortSignal) => AsyncIterable<Published>;

function singleTopic(options: TopicOptions<Published>, source: Source | undefined): Topics {
  const topic = new Topic(options);
  if (source !== undefined) sharedSource(topic, (signal) => source("", signal));
  return {
    keyOf: () => "",
    topic: () => topic,
    stats: () => topic.stats(),
    close: () => topic.close(),
  };
}

function keyedTopics(
  options: TopicOptions<Published>,
  source: Source | undefined,
  maxKeys: number | undefined,
  key: (request: unknown) => string,
): Topics {
  const topics = new KeyedTopics({ ...options, maxKeys, source });
  return {
    keyOf: key,
    topic: (name) => topics.topic(name),
    stats: () => topics.stats(),
    close: () => topics.close(),
  };
}

/** A generator method as a source of messages; `undefined` for a method that is called to publish. */
function sourceOf(
  instance: object,
  { property, body }: StreamFacts,
  { response }: MethodBinding,
): Source | undefined {
  if (!isAsyncGenerator(body)) return undefined;
  type Generators = Record<string, (source: StreamSource) => AsyncIterable<unknown>>;
  return (key, signal) =>
    mapIterable(
      (instance as Generators)[property]!({ key, signal }),
      (value) => new Published(response.toMessage(value)),
    );
}

function checkedKey(key: (request: never) => string, where: string): (request: unknown) => string {
  return (request) => {
    const value: unknown = key(request as never);
    if (typeof value === "string") return value;
    throw new SluiceError(
      "stream_invalid",
      `The key of ${where} is ${value === null ? "null" : typeof value}, not a string. ` +
        "Write a key function that returns a string for every request.",
    );
  };
}

function topicOptions(
  instance: object,
  { options }: StreamFacts,
  { response }: MethodBinding,
): TopicOptions<Published> {
  const { heartbeat } = options;
  const { encode } = compileBinary(response.desc);
  return {
    policy: options.policy,
    queueSize: options.queueSize,
    replay: options.replay,
    slow: options.slow,
    maxSubscribers: options.maxSubscribers,
    maxQueueBytes: options.maxQueueBytes,
    sizeOf: ({ message }) => encode(message).byteLength,
    ...(heartbeat && {
      heartbeat: {
        everyMs: heartbeat.everyMs,
        item: () => new Published(response.toMessage(heartbeat.payload.call(instance as never))),
      },
    }),
  };
}

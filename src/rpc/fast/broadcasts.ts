import type { Compression } from "@connectrpc/connect/protocol";
import { Broadcast } from "../../fanout/broadcast.js";
import { systemClock } from "../../fanout/clock.js";
import type { Published } from "../published.js";
import type { StreamTopics } from "../stream-topics.js";
import type { Serialize } from "./codec.js";
import { StreamCodec } from "./stream-codec.js";

/** How the messages of a stream are written. */
export interface StreamSerializers {
  readonly binary: Serialize;
  readonly json: Serialize;
  readonly compressMinBytes: number;
}

/** What subscribers must have in common to be written the same bytes. */
export interface BroadcastKind {
  readonly binary: boolean;
  readonly compression: Compression | null;
  /** As chunks of HTTP/1.1. */
  readonly chunked: boolean;
}

/** The broadcasts of one stream method: one for each key and kind that has subscribers. */
export class Broadcasts {
  readonly #topics: StreamTopics;
  readonly #serializers: StreamSerializers;
  readonly #codecs = new Map<string, StreamCodec>();
  readonly #live = new Map<string, Broadcast<Published>>();

  constructor(topics: StreamTopics, serializers: StreamSerializers) {
    this.#topics = topics;
    this.#serializers = serializers;
  }

  of(key: string, kind: BroadcastKind): Broadcast<Published> {
    const codecName = `${kind.binary} ${kind.compression?.name}`;
    const name = `${codecName} ${kind.chunked} ${key}`;
    const known = this.#live.get(name);
    if (known !== undefined) return known;
    const codec = this.#codec(codecName, kind);
    const broadcast = new Broadcast<Published>(
      this.#topics.topic(key),
      {
        encode: (item) => item.envelope(codec),
        join: kind.chunked ? joinAsChunk : join,
      },
      () => this.#live.delete(name),
      systemClock,
    );
    this.#live.set(name, broadcast);
    return broadcast;
  }

  #codec(name: string, { binary, compression }: BroadcastKind): StreamCodec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const serializers = this.#serializers;
    const serialize = binary ? serializers.binary : serializers.json;
    const codec = new StreamCodec(serialize, compression, serializers.compressMinBytes);
    this.#codecs.set(name, codec);
    return codec;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

const crlf = Buffer.from("\r\n");

/** One chunk of HTTP/1.1 (RFC 9112, section 7.1). */
function joinAsChunk(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), ...parts, crlf]);
}

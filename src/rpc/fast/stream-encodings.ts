import type { Compression } from "@connectrpc/connect/protocol";
import type { Encoding } from "../../fanout/batch.js";
import type { Published } from "../published.js";
import type { Serialize } from "./codec.js";
import { StreamCodec } from "./stream-codec.js";

/** How the messages of a stream are written. */
export interface StreamSerializers {
  readonly binary: Serialize;
  readonly json: Serialize;
  readonly compressMinBytes: number;
}

/** What subscribers must have in common to be written the same bytes. */
export interface StreamKind {
  readonly binary: boolean;
  readonly compression: Compression | null;
  /** As chunks of HTTP/1.1. */
  readonly chunked: boolean;
}

/** The encodings of one stream method: one of each kind, so that what they make is made once. */
export class StreamEncodings<T> {
  readonly #publishedOf: (item: T) => Published;
  readonly #serializers: StreamSerializers;
  readonly #codecs = new Map<string, StreamCodec>();

  constructor(publishedOf: (item: T) => Published, serializers: StreamSerializers) {
    this.#publishedOf = publishedOf;
    this.#serializers = serializers;
  }

  /** The same text for the same kind, and for it only. */
  nameOf({ binary, compression, chunked }: StreamKind): string {
    return `${binary} ${compression?.name} ${chunked}`;
  }

  of(kind: StreamKind): Encoding<T> {
    const codec = this.#codec(kind);
    const publishedOf = this.#publishedOf;
    return {
      encode: (item) => publishedOf(item).envelope(codec),
      join: kind.chunked ? joinAsChunk : join,
    };
  }

  #codec({ binary, compression }: StreamKind): StreamCodec {
    const name = `${binary} ${compression?.name}`;
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

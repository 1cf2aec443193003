import zlib from "node:zlib";
import type { Message } from "@bufbuild/protobuf";
import { type Compression, compressedFlag } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import type { EnvelopeCodec } from "../published.js";
import type { Serialize } from "./codec.js";
import { envelope } from "./envelope.js";

type Compress = (bytes: Uint8Array) => Uint8Array;

/**
 * Compressions that can be done while everybody waits: once for all subscribers, and in order.
 * Brotli's default is for files that are compressed once and served for years.
 */
const synchronous: ReadonlyMap<Compression, Compress> = new Map<Compression, Compress>([
  [compressionGzip, (bytes) => zlib.gzipSync(bytes)],
  [
    compressionBrotli,
    (bytes) =>
      zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  ],
]);

/** Larger messages stay as they are: compressing one would hold up everything for too long. */
const maxCompressBytes = 1_048_576;

/** Makes the envelopes of one format, with one compression. */
export class StreamCodec implements EnvelopeCodec {
  readonly #serialize: Serialize;
  readonly #compress: Compress | undefined;
  readonly #compressMinBytes: number;

  constructor(serialize: Serialize, compression: Compression | null, compressMinBytes: number) {
    this.#serialize = serialize;
    this.#compress = compression === null ? undefined : synchronous.get(compression);
    this.#compressMinBytes = compressMinBytes;
  }

  /** Whether messages of a stream can be compressed so. */
  static canUse(compression: Compression | null): boolean {
    return compression === null || synchronous.has(compression);
  }

  envelope(message: Message): Uint8Array {
    const body = this.#serialize(message);
    if (this.#compress === undefined) return envelope(0, body);
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const size = bytes.byteLength;
    if (size < this.#compressMinBytes || size > maxCompressBytes) return envelope(0, bytes);
    return envelope(compressedFlag, this.#compress(bytes));
  }
}

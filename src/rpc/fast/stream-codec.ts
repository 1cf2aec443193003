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

/** Whether messages of a stream can be compressed so. */
export function canCompressAtOnce(compression: Compression | null): boolean {
  return compression === null || synchronous.has(compression);
}

/** Makes the envelopes of one format, with one compression. */
export class StreamCodec implements EnvelopeCodec {
  constructor(
    private readonly serialize: Serialize,
    private readonly compression: Compression | null,
    private readonly compressMinBytes: number,
  ) {}

  envelope(message: Message): Uint8Array {
    return compressedEnvelope(0, this.serialize(message), this.compression, this.compressMinBytes);
  }
}

/** An envelope whose content is compressed, if it is large enough. */
export function compressedEnvelope(
  flags: number,
  content: string | Uint8Array,
  compression: Compression | null,
  compressMinBytes: number,
): Uint8Array {
  const compress = compression === null ? undefined : synchronous.get(compression);
  if (compress === undefined) return envelope(flags, content);
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const size = bytes.byteLength;
  if (size < compressMinBytes || size > maxCompressBytes) return envelope(flags, bytes);
  return envelope(flags | compressedFlag, compress(bytes));
}

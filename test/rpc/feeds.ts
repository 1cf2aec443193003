import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { action, service, stream } from "../../src/index.js";
import { type Envelope, envelope, envelopeFlag, takeEnvelopes } from "../support/frames.js";
import type { PartialAnswer, RawCall, RawClient } from "../support/raw-http.js";
import { probePath, Thing, thing } from "./probe.js";
import { requestHeaders, type Wire } from "./wire.js";

/** Streams of every kind. Keys are the `text` of what is sent. */
@service({ name: "ProbeService", package: "probe.v1" })
export class Feeds {
  @action({ request: Thing, response: Thing })
  echo(request: Thing) {
    return request;
  }

  @stream({
    request: Thing,
    payload: Thing,
    key: ({ text }: Thing) => keyOf(text),
    policy: "fifo",
    queueSize: 100,
    replay: 2,
  })
  async keyed(_: Thing, value: Thing) {
    return value;
  }

  @stream({ request: Thing, payload: Thing, replay: false, maxSubscribers: 1 })
  async single(value: Thing) {
    return value;
  }

  @stream({ request: Thing, payload: Thing, replay: false, queueSize: 2 })
  async lossy(value: Thing) {
    return value;
  }

  @stream({
    request: Thing,
    payload: Thing,
    policy: "fifo",
    replay: false,
    slow: { evictAfterMs: 50 },
  })
  async evicting(value: Thing) {
    return value;
  }
}

function keyOf(text: string): string {
  if (text === "throw") throw new Error("no such key");
  return text === "number" ? (5 as never) : text;
}

/** So large that a few of them fill every buffer on the way to a client that does not read. */
export const bulk = (text: string): Thing => thing({ text, blob: blobs });
const blobs = randomBytes(256 * 1024);

/** A `Thing` with this text. */
export function encoded({ codec }: Pick<Wire, "codec">, text: string): string | Uint8Array {
  if (codec === "json") return JSON.stringify({ text });
  return new BinaryWriter().tag(1, WireType.LengthDelimited).string(text).finish();
}

export function textIn({ codec }: Pick<Wire, "codec">, data: Buffer): string {
  if (codec === "json") return (JSON.parse(data.toString()) as { text?: string }).text ?? "";
  const reader = new BinaryReader(data);
  let text = "";
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) text = reader.string();
    else reader.skip(type, field);
  }
  return text;
}

export type Compressed = "identity" | "gzip" | "br";

const decompress = {
  identity: (data: Buffer) => data,
  gzip: (data: Buffer) => zlib.gunzipSync(data),
  br: (data: Buffer) => zlib.brotliDecompressSync(data),
};

/** Of Connect's streams, and of gRPC. */
const acceptHeader = {
  connect: "connect-accept-encoding",
  grpc: "grpc-accept-encoding",
  "grpc-web": "grpc-accept-encoding",
};

export interface FollowOptions {
  /** The text of the request. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly accept?: Compressed;
}

/** Subscribes with one message, as clients do. */
export function follow(
  client: RawClient,
  wire: Wire,
  rpc: string,
  { text = "", headers, accept = "identity" }: FollowOptions = {},
): RawCall {
  const call = client.open({
    path: probePath(rpc),
    headers: {
      ...requestHeaders(wire, "stream"),
      [acceptHeader[wire.protocol]]: accept,
      ...headers,
    },
  });
  void call.send(envelope(encoded(wire, text))).catch(() => {});
  call.finish();
  return call;
}

/** Reads the messages of a stream one by one. */
export class FeedReader {
  /** How many messages came compressed. */
  compressed = 0;
  private rest: Buffer = Buffer.alloc(0);
  private readonly envelopes: Envelope[] = [];
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(
    private readonly wire: Wire,
    answer: PartialAnswer,
    private readonly accept: Compressed = "identity",
  ) {
    this.chunks = answer.body[Symbol.asyncIterator]();
  }

  /** The texts of the next messages. */
  async take(count: number): Promise<string[]> {
    while (this.envelopes.length < count) {
      const { value, done } = await this.chunks.next();
      if (done) throw new Error(`the stream ended ${count - this.envelopes.length} too early`);
      const taken = takeEnvelopes(Buffer.concat([this.rest, value]));
      this.rest = taken.rest;
      this.envelopes.push(...taken.envelopes);
    }
    return this.envelopes.splice(0, count).map(({ flags, data }) => {
      if (flags === 0) return textIn(this.wire, data);
      if (flags !== envelopeFlag.compressed) throw new Error(`ended by ${data}`);
      this.compressed++;
      return textIn(this.wire, decompress[this.accept](data));
    });
  }
}

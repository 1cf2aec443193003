import { brotliCompressSync, gzipSync } from "node:zlib";
import { configurations } from "../configurations.js";
import type { Random } from "../prng.js";
import { isEnveloped, isSentMany, type Plan } from "./plan.js";
import { brokenSample, encode, latin1, randomSample, sampleOfSize } from "./samples.js";

/** The body of a request, and what its header has to say about it. */
export interface Payload {
  /** One byte per character. */
  readonly body: string;
  /** Of `content-encoding` and its like; `undefined`: none is sent. */
  readonly encoding: string | undefined;
  readonly about: readonly string[];
}

const compressors: Readonly<Record<string, (data: string) => string>> = {
  identity: (data) => data,
  gzip: (data) => latin1(gzipSync(Buffer.from(data, "latin1"))),
  br: (data) => latin1(brotliCompressSync(Buffer.from(data, "latin1"))),
};

export function payloadOf(r: Random, plan: Plan): Payload {
  const about: string[] = [];
  const isOdd = (percent: number, what: string): boolean => {
    const odd = plan.style === "odd" && r.chance(percent);
    if (odd) about.push(what);
    return odd;
  };
  const count = isSentMany(plan.rpc) ? r.nat(3) : isOdd(5, "count") ? r.pick([0, 2, 3]) : 1;
  const messages = Array.from({ length: count }, () => messageOf(r, plan, isOdd));
  const isStated = r.chance(20) || isOdd(10, "encoding");
  const stated = !isStated
    ? undefined
    : isOdd(35, "odd encoding")
      ? r.pick(["fancy", "GZIP", "", "gzip, br", "deflate", "identity, gzip", "x-gzip"])
      : r.pick(["identity", "gzip", "br"]);
  const actual = isOdd(8, "other encoding") ? r.pick(["identity", "gzip", "br"]) : stated;
  const compress = compressors[actual ?? "identity"] ?? compressors.gzip!;
  if (!isEnveloped(plan)) {
    const compressed = compress(messages[0] ?? "");
    const body = isOdd(4, "damaged") ? damage(r, compressed) : compressed;
    return { body, encoding: stated, about };
  }
  const framed = messages.map((message) => {
    // In an envelope compression is a choice for each message.
    const isCompressed = (actual ?? "identity") !== "identity" && r.chance(80);
    const data = isCompressed ? compress(message) : message;
    const flags = isOdd(6, "flags") ? r.pick([0, 1, 2, 3, 4, 0x80, 0x81, 0xff]) : +isCompressed;
    const length = isOdd(4, "length") ? oddLength(r, data.length) : data.length;
    return envelope(flags, length, data);
  });
  let body = framed.join("");
  if (isOdd(3, "truncated")) body = body.slice(0, r.nat(body.length));
  if (isOdd(3, "trailing")) body += r.pick(["\0", "\0\0\0\0", "\0\0\0\0\0", "\0\0\0\0\0\0"]);
  if (isOdd(3, "damaged")) body = damage(r, body);
  return { body, encoding: stated, about };
}

function messageOf(
  r: Random,
  plan: Plan,
  isOdd: (percent: number, what: string) => boolean,
): string {
  const { codec, rpc, configuration } = plan;
  if (rpc.endsWith("Nothing")) return codec === "json" ? "{}" : "";
  if (rpc.endsWith("Words")) return encode("diff.v1.WordsRequest", { value: r.text() })[codec];
  const max = configurations[configuration]?.readMaxBytes;
  // Node 20 does not close a connection whose HTTP/2 header was over 64 KiB.
  const many = plan.protocol === "get" ? 4 : 20;
  const wellFormed = randomSample(r);
  if (isOdd(16, "broken")) return brokenSample(r, wellFormed)[codec];
  if (max !== undefined && (r.chance(6) || isOdd(12, "size"))) {
    const size = r.pick([max - 1, max, max + 1, max - 1, max, max + 1, 2 * max, many * max]);
    if (size <= max || plan.style === "odd") return sampleOfSize(size)[codec];
  }
  if (plan.protocol !== "get" && isOdd(2, "long"))
    return sampleOfSize(r.pick([16_000, 16_384, 70_000]))[codec];
  return wellFormed[codec];
}

function envelope(flags: number, length: number, data: string): string {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(length, 1);
  return prefix.toString("latin1") + data;
}

function oddLength(r: Random, length: number): number {
  return r.pick([0, Math.max(0, length - 1), length + 1, 2_001, 5_000_000, 0xffffffff]);
}

/** One byte changed. */
function damage(r: Random, text: string): string {
  if (text === "") return "\x01";
  const at = r.nat(text.length - 1);
  const other = String.fromCharCode(text.charCodeAt(at) ^ (1 << r.nat(7)));
  return text.slice(0, at) + other + text.slice(at + 1);
}

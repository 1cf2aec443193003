import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { envelopeFlag, takeEnvelopes } from "../support/frames.js";
import type { Answer, Exchange } from "./answer.js";
import type { HeaderLine } from "./case.js";
import type { Plain } from "./describe.js";
import { differsByNature } from "./known-differences.js";

/** An exchange in the form in which two are compared: everything that matters, and nothing else. */
export function normalizedExchange({ answer, followUp, connection }: Exchange): Plain {
  return {
    answer: answer === "left" ? answer : normalizedAnswer(answer),
    ...(followUp !== undefined && { "follow-up": normalizedAnswer(followUp) }),
    connection,
  };
}

function normalizedAnswer({ interim, status, headers, body, trailers, end }: Answer): Plain {
  const encoding = lineOf(headers, "content-encoding");
  const type = lineOf(headers, "content-type");
  const plainBody = decompress(body, encoding);
  return {
    interim: [...interim],
    status,
    headers: normalizedLines(headers, plainBody !== body ? body.length : undefined),
    trailers: normalizedLines(trailers, undefined),
    body: normalizedBody(plainBody, type, streamEncoding(headers)),
    end,
  };
}

/** Sorted; a compressor may make other bytes of the same content, so its length is only checked. */
function normalizedLines(lines: readonly HeaderLine[], compressed: number | undefined): Plain {
  return lines
    .filter(([name]) => !differsByNature(name))
    .map(([name, value]) =>
      name === "content-length" && value === String(compressed)
        ? "content-length: as compressed"
        : `${name}: ${value}`,
    )
    .sort();
}

function normalizedBody(body: Buffer, type: string, encoding: string): Plain {
  if (/^application\/(grpc|connect)/.test(type)) return normalizedEnvelopes(body, encoding);
  if (type === "application/json") return parsedJson(body) ?? bytes(body);
  return bytes(body);
}

function normalizedEnvelopes(body: Buffer, encoding: string): Plain {
  const { envelopes, rest } = takeEnvelopes(body);
  const messages = envelopes.map(({ flags, data }): Plain => {
    const plain = flags & envelopeFlag.compressed ? decompress(data, encoding) : data;
    if (flags & envelopeFlag.trailer) return { flags, trailer: trailerLines(plain) };
    if (flags & envelopeFlag.endStream) return { flags, end: parsedJson(plain) ?? bytes(plain) };
    return { flags, message: bytes(plain) };
  });
  return { messages, rest: bytes(rest) };
}

function trailerLines(data: Buffer): Plain {
  return data.toString("latin1").split("\r\n").sort();
}

/** Error JSON: the order of its keys is nobody's business. Messages are compared by their bytes. */
function parsedJson(body: Buffer): Plain | undefined {
  const text = body.toString();
  if (!/^\{"(code|message|details|error|metadata)":/.test(text)) return undefined;
  try {
    return sorted(JSON.parse(text) as Plain);
  } catch {
    return undefined;
  }
}

function sorted(value: Plain): Plain {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decompress(body: Buffer, encoding: string): Buffer {
  try {
    if (encoding === "gzip") return gunzipSync(body);
    if (encoding === "br") return brotliDecompressSync(body);
  } catch {
    // Then it is compared as it is.
  }
  return body;
}

function streamEncoding(headers: readonly HeaderLine[]): string {
  return lineOf(headers, "grpc-encoding") || lineOf(headers, "connect-content-encoding");
}

function lineOf(headers: readonly HeaderLine[], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1] ?? "";
}

/** Latin-1 shows every byte as one character. */
function bytes(body: Buffer): string {
  return body.toString("latin1");
}

import { base64Decode } from "@bufbuild/protobuf/wire";
import { type CallFormat, formatsByQuery } from "./formats.js";

/** What the query of a Connect GET says. */
export interface QueryMessage {
  readonly format: CallFormat;
  /** Undefined: not compressed. */
  readonly compression: string | undefined;
  readonly message: Buffer;
  readonly version: string | null;
}

/** Undefined for what is no such query, or one with a message that cannot be decoded. */
export function queryMessage(query: string): QueryMessage | undefined {
  const params = new URLSearchParams(query);
  const format = formatsByQuery.get(params.get("encoding"));
  if (format === undefined) return undefined;
  const text = params.get("message") ?? "";
  const message = params.get("base64") === "1" ? decoded(text) : Buffer.from(text);
  if (message === undefined) return undefined;
  const compression = params.get("compression") ?? undefined;
  return { format, compression, message, version: params.get("connect") };
}

function decoded(text: string): Buffer | undefined {
  try {
    const bytes = base64Decode(text);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch {
    return undefined;
  }
}

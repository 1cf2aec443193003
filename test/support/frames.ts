/** The five-byte prefix of Connect streams, gRPC and gRPC-Web, made and read by hand. */

/** Bits of an envelope's first byte. */
export const envelopeFlag = { compressed: 0x01, endStream: 0x02, trailer: 0x80 } as const;

/** One enveloped message as it was received. */
export interface Envelope {
  readonly flags: number;
  readonly data: Buffer;
}

/** A prefix that says what it likes; what follows need not agree. */
export function envelopePrefix(length: number, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags, 0);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}

export function envelope(data: string | Uint8Array, flags = 0): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([envelopePrefix(bytes.byteLength, flags), bytes]);
}

/** The envelopes in `bytes`. @throws Error if the last one is not complete. */
export function parseEnvelopes(bytes: Buffer): Envelope[] {
  const { envelopes, rest } = takeEnvelopes(bytes);
  if (rest.length > 0) throw new Error(`${rest.length} bytes after the last complete envelope`);
  return envelopes;
}

/** The complete envelopes at the beginning of `bytes`, and what comes after them. */
export function takeEnvelopes(bytes: Buffer): { envelopes: Envelope[]; rest: Buffer } {
  const envelopes: Envelope[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    envelopes.push({ flags: bytes.readUInt8(at), data: bytes.subarray(at + 5, end) });
    at = end;
  }
  return { envelopes, rest: bytes.subarray(at) };
}

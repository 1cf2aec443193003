/** HTTP/2 (RFC 9113) and HPACK (RFC 7541), as much as a subscriber has to write. */
import type { Subscribe } from "./transport.js";

export const frameType = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;

/** The same bit means "end of stream" in DATA and HEADERS, and "ack" in SETTINGS and PING. */
export const flag = { endStream: 1, ack: 1, endHeaders: 4 } as const;

export const frameHeadBytes = 9;

export const largestWindow = 2 ** 31 - 1;

/** What a connection's window is until it is enlarged. */
const firstWindow = 65_535;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** `increment` is added to the connection's window. */
export function windowUpdate(increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(frameType.windowUpdate, 0, 0, payload);
}

/** How a connection begins: no header compression by reference, the given window for each stream. */
export function preface(streamWindow: number): Buffer {
  const [headerTableSize, enablePush, initialWindowSize] = [1, 2, 4];
  const settings = Buffer.alloc(3 * 6);
  [
    [headerTableSize, 0],
    [enablePush, 0],
    [initialWindowSize, streamWindow],
  ].forEach(([id = 0, value = 0], index) => {
    settings.writeUInt16BE(id, index * 6);
    settings.writeUInt32BE(value, index * 6 + 2);
  });
  return Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(frameType.settings, 0, 0, settings),
    windowUpdate(largestWindow - firstWindow),
  ]);
}

/** A whole request. Its stream is written anew for every subscriber: the rest is the same. */
export function request(target: URL, subscribe: Subscribe, stream: number): Buffer {
  const { method, path, headers, body } = subscribe;
  const block = headerBlock({
    ":method": method,
    ":scheme": "http",
    ":authority": target.host,
    ":path": path,
    ...headers,
  });
  return Buffer.concat([
    frame(frameType.headers, flag.endHeaders | (body ? 0 : flag.endStream), stream, block),
    ...(body ? [frame(frameType.data, flag.endStream, stream, body)] : []),
  ]);
}

/** Every field as a literal without indexing, in plain octets; all are shorter than 127 bytes. */
function headerBlock(fields: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}

/**
 * Whether a response's header block begins with `:status: 200`, which is entry 8 of the static
 * table. The table size of 0 that the preface asked for may be acknowledged before it.
 */
export function isOk(block: Buffer): boolean {
  const [tableSizeZero, indexedStatus200] = [0x20, 0x88];
  const at = block.findIndex((byte) => byte !== tableSizeZero);
  return block[at] === indexedStatus200;
}

/** HTTP/2 frames made by hand (RFC 9113, RFC 7541), for peers that no client library would be. */

export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Types of frames. */
export const frameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

const ack = 1;
const endStream = 1;
const endHeaders = 4;

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** SETTINGS with the given identifiers and values. */
export function settings(values: Record<number, number> = {}): Buffer {
  const entries = Object.entries(values).map(([id, value]) => {
    const entry = Buffer.alloc(6);
    entry.writeUInt16BE(Number(id), 0);
    entry.writeUInt32BE(value, 2);
    return entry;
  });
  return frame(frameType.settings, 0, 0, Buffer.concat(entries));
}

export const settingsAck = frame(frameType.settings, ack, 0);
export const pingFrame = frame(frameType.ping, 0, 0, Buffer.alloc(8));

export function windowUpdate(stream: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(frameType.windowUpdate, 0, stream, payload);
}

/** A complete request without a body. */
export function request(stream: number, ...extra: Buffer[]): Buffer {
  const block = Buffer.concat([requestFields, ...extra]);
  return frame(frameType.headers, endStream | endHeaders, stream, block);
}

/** The beginning of a request whose header goes on in continuations. */
export function unfinishedRequest(stream: number): Buffer {
  return frame(frameType.headers, endStream, stream, requestFields);
}

/** More of an unfinished header, which stays unfinished. */
export function continuation(stream: number, block: Buffer): Buffer {
  return frame(frameType.continuation, 0, stream, block);
}

/** A header field, literally. With `remember` the peer adds it to its dynamic table. */
export function field(name: string, value: string, remember = false): Buffer {
  return Buffer.concat([Buffer.of(remember ? 0x40 : 0), text(name), text(value)]);
}

/** The field that was added to the dynamic table last, in one byte. */
export const lastRemembered = Buffer.of(0x80 | 62);

const requestFields = Buffer.concat([
  Buffer.of(0x80 | 2, 0x80 | 6, 0x80 | 4), // :method GET, :scheme http, :path /
  field(":authority", "test"),
]);

function text(value: string): Buffer {
  return Buffer.concat([integer(value.length, 7), Buffer.from(value, "latin1")]);
}

/** RFC 7541, section 5.1, with the bits before the prefix all zero. */
function integer(value: number, prefixBits: number): Buffer {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Buffer.of(value);
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** A frame as it was received. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** The complete frames in `bytes`. */
export function parseFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return frames;
}
